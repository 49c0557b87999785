"""From a stranger's bytes to what a photo says of itself, and to pictures that may be shown."""
