"""`michi where`: what the map knows of a place."""
