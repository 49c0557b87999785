"""People with a browser: staff, crews, and programs."""
