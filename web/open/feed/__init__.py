"""What is public as a feed, for readers of feeds and for programs."""
