"""The `michi` command."""
