"""All patrols: who was where, when, and what was found."""
