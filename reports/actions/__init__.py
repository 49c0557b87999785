"""What people may do: one verb, one file."""
