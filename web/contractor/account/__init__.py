"""One's own account, on a contractor's phone."""
