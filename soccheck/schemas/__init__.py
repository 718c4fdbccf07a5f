"""JSON Schema of every file a user writes or reads; `python -m soccheck.schemas` writes the inventory's.

The inventory's schema is made from the fact catalogue, so that the two cannot disagree.
"""
