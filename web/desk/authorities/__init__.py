"""Other authorities: whom to tell, who is silent."""
