"""The orders of a contractor who signs in."""
