"""The facts, a row each, by what they are about: to add a fact is to add its row to one of these files."""
