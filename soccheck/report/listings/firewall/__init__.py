"""Say what a ruleset lets through: as lines for a reader, and as data."""
