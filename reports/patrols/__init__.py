"""Patrols of the roads: who went out and when, which way, and what they found."""
