"""The routing table: read, edited, tried, switched on."""
