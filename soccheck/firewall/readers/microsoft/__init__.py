"""Microsoft Windows."""
