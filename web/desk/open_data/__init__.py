"""Months of open data as administrators see them: what was made, and making one anew."""
