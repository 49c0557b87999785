"""A city's roads in sections: cut at crossings, named, and of a key that stays."""
