"""Open311 GeoReport v2: what is reported here, asked for and handed in by other programs."""
