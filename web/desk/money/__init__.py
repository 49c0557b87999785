"""What was spent, the year's budgets, and the file for the accounts."""
