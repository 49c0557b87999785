"""Calls to other systems when something public has changed: to whom, and what became of them."""
