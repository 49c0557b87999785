"""The contractors that work for the city."""
