"""How right and how fast matching is, beside what others reach on the same pairs."""
