"""Tables that are no assessment."""
