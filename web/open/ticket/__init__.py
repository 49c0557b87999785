"""A public ticket by its number."""
