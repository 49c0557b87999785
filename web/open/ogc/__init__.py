"""The city's data for maps: OGC API - Features, part 1."""
