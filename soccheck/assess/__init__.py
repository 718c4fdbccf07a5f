"""Judge: pure, from an inventory, policies, waivers, evidence and a day to an assessment."""
