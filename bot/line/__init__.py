"""LINE: what it tells us, what we say to it, and the city's account there."""
