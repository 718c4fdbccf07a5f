"""Two sides put beside each other: assessments, inventories, and the gate that stops what is worse."""
