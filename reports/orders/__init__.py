"""Work orders: what contractors are told to do, what they did, and what it costs."""
