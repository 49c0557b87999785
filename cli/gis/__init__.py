"""`michi load`: a city's own map data."""
