"""The list as a table for a spreadsheet."""
