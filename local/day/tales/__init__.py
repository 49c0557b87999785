"""What may happen between residents and the city, each tale with its own right end."""
