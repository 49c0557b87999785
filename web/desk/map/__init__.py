"""Every open ticket on one map with its list."""
