"""The monthly report as PDF: made by itself, in versions that stay."""
