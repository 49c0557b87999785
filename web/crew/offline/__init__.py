"""What every screen of a crew needs where there is no signal."""
