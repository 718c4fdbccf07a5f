"""Benchmarks: each runs the peer side by side in one run and prints the ratio."""

import os

# A command is measured as it is installed: with the bytecode that Python keeps of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
