"""A ticket on one page of paper: its facts, its map, its names, its page."""
