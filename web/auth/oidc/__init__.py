"""Signing in at the city's own provider, by OpenID Connect: docs/decisions/0044."""
