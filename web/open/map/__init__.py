"""The map and the list for everybody."""
