"""Residents who disturb, and those whom a limit has stopped."""
