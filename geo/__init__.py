"""Where things are: points, areas and roads."""
