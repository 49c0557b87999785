"""The people who may come in: a list, a page of each, and inviting."""
