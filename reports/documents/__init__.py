"""Papers: a ticket on one page, and what is due at a department."""
