"""Benchmarks: each runs the peer side by side in one run and prints the ratio."""
