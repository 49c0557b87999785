"""Words to residents and mails to departments, written in the commit of what they tell of."""
