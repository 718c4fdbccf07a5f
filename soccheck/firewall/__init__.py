"""What a firewall's ruleset really lets through: a rule model, readers per vendor, exact sets."""
