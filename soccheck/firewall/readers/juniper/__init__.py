"""Juniper Junos on SRX."""
