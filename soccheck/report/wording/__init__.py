"""Sentences, sections and titles that the formats share."""
