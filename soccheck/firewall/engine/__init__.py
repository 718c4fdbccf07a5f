"""Exact sets of packets: atoms, decision diagrams, the walk through chains, and a second evaluator."""
