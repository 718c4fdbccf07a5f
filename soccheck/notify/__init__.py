"""Tell people and programs what a run found: by mail, and by webhooks."""
