"""The desk's list as a file: for a spreadsheet, for a program of maps, or on paper."""
