"""One fixture per profile, an independent reading of each, and the table of `make formats`."""
