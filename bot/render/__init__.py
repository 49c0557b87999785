"""The way out: what is to be said becomes texts and cards, in the resident's language."""
