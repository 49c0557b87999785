"""The second factor: one-time codes of an app, passkeys, and codes for when both are lost."""
