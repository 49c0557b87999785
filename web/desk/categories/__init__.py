"""The kinds of road problems that residents can report."""
