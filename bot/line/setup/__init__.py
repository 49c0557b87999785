"""The city's account at LINE: its menus, its webhook, and what can be wrong with them."""
