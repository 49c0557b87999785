"""Open data: months of tickets as files for everybody, under addresses that stay."""
