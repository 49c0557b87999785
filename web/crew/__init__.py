"""A crew's phone: a folder for each of its screens."""
