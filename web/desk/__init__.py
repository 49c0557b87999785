"""The city's desk: a folder for each screen of the staff."""
