"""A LINE platform on loopback, so that the whole service can be tried without an account."""
