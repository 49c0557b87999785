"""What is held of people, how long and why; what is cleared away; one person's, handed out or
erased."""
