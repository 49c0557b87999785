"""The numbers of a period, beside those of others, each with the list behind it."""
