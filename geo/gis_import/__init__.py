"""A city's own map data in: files of whatever kind, looked at, judged, and written in versions."""
