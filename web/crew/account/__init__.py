"""One's own account, on a crew's phone."""
