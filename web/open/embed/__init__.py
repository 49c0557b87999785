"""A map and a badge for the city's own site."""
