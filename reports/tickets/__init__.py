"""What the city works on, its record, and how it is looked for."""
