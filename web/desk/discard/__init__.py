"""What may be thrown away, the lists of it, the book of what was; why a ticket is kept longer."""
