"""A crew member links their own LINE account."""
