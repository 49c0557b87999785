"""What other programs see and say by Open311, as a table for staff."""
