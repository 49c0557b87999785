"""The wire to LINE: replies and pushes out, photos and profiles in."""
