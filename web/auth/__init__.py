"""Coming in: the sign-in, sessions, and patience with wrong passwords."""
