"""Repairs that came back, and the sections of roads that are reported most."""
