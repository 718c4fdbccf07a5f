"""Probes: what a machine is asked about one subject, and which facts its answers prove."""
