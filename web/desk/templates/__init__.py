"""What staff say often, edited."""
