"""soccheck: security-operations compliance, with every figure traced to its evidence."""

__version__ = "0.2.0"
