"""soccheck: security-operations compliance, with every figure traced to its evidence."""

__version__ = "0.1.0"
