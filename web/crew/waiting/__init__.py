"""What was done without signal and waits to be sent."""
