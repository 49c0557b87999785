"""A scripted day in the sample city, played by residents, staff and crew, and judged."""
