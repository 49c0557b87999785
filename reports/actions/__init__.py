"""What may be done to a ticket: one verb, one file."""
