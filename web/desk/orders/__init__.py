"""The work orders."""
