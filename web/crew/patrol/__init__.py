"""A crew on patrol: begin, find, end."""
