"""Who people are: residents, those who sign in, and what each may do."""
