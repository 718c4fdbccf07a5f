"""Policies: loaded, their conditions, measures and operators, changed and checked."""
