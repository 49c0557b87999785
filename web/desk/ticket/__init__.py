"""One ticket: all that is known of it, and what may be done with it."""
