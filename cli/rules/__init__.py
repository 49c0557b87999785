"""`michi rules`: the routing table."""
