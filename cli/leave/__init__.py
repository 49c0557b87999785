"""All of a city's data, in formats that others read without Michi."""
