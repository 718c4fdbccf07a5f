"""Runs kept: what each night said, by what it was judged, what changed since the run before, and why."""
