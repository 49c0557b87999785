"""The sections of a ticket's page, a file each."""
