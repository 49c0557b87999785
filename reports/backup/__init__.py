"""Making backups, looking whether they are whole, and putting one back."""
