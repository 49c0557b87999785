"""Editing what residents read about their data."""
