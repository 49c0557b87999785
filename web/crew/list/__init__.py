"""Today's tickets of the crew's department."""
