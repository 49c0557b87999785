"""The list saved: which form, which columns, and files that take a while."""
