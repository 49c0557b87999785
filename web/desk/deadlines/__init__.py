"""What is due at whom."""
