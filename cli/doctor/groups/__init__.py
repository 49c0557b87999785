"""The looks of `michi doctor`, a file for each group."""
