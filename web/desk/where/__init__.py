"""Asking the map whose a place is."""
