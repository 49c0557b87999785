"""The city's maps: tiles, where they begin, and how a browser draws them."""
