"""The morning from the desk: whose day holds which tickets, of any department."""
