"""Small maps on paper: what is around a place, drawn as SVG."""
