"""What crews use: the city's list of materials, edited."""
