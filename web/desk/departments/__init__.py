"""The departments of the city and the other authorities."""
