"""Tickets for programs with a key: read as JSON and GeoJSON, moved, and noted."""
