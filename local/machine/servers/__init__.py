"""The servers that one machine runs for itself, on private unix sockets."""
