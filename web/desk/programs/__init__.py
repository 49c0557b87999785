"""Keys of programs: made, shown once, revoked."""
