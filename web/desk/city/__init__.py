"""What the city says of itself: telephone numbers, office hours, closing days; and its versions."""
