"""Benches: run by hand, never in the test run."""
