"""A ticket's records (経緯書): issued, listed, saved, and a file verified."""
