"""One photo of a ticket: what is covered on it for others, who may see it, and whether anybody."""
