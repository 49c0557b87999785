"""One order, as the contractor works on it."""
