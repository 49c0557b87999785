"""`michi backup …` and `michi restore`: copies of the whole elsewhere, and the way back."""
