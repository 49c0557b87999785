"""Who waits to be rung back."""
