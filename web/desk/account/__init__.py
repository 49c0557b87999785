"""One's own account, at the desk."""
