"""What a city gave, whatever its wrapping: one file that may be opened, and nothing beside it."""
