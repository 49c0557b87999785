"""`michi city`: what a city brings of its own, part by part."""
