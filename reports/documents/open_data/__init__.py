"""What the public may see of a month's tickets, as files for everybody, in versions that stay."""
