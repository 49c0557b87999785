"""What happens after the commit, on as many machines as there are."""
