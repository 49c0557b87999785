"""Views of the list that are kept under a name."""
