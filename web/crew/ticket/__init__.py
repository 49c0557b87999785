"""One ticket in the street, and two taps to finish it."""
