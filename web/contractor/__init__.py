"""The screens of contractors: with an account, or by the link to one order."""
