"""What collectors, probes and imports write, as they write it; a test holds it to their texts."""
