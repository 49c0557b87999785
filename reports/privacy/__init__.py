"""What goes again: erased, taken back, or kept long enough."""
