"""Tickets for programs, as JSON and GeoJSON."""
