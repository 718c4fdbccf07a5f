"""Figures that reports state: found in documents, and checked."""
