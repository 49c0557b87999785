"""Which role may do what, and with whose."""
