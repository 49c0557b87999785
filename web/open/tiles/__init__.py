"""Public tickets, and the city under them, as vector tiles."""
