"""Whose road it is and who works on it: the table that decides, its checks, versions and trials."""
