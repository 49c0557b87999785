"""A day is packed: the same page for a crew and at the desk."""
