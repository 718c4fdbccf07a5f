"""Official documents: what they say, under which edition of the rules, how they are laid out."""
