"""The evidence bundle: the one file between those who gather evidence and those who judge by it."""
