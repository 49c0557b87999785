"""What anybody may open, and programs with a key."""
