"""Photos: taken in, read, kept in two sizes, and lost for a reason."""
