"""A release: the wheel, the same bytes for the same commit, and beside it what it is made of."""
