"""What a city brings of its own: who works on what, kinds of problems, hours, words."""
