"""pfSense and OPNsense: pf.conf and config.xml."""
