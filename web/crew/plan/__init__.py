"""The morning: whose day holds which tickets, in what order."""
