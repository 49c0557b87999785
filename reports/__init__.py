"""What was reported and what becomes of it."""
