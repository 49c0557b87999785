"""Talking with residents over LINE."""
