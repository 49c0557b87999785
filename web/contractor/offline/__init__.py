"""What a contractor does without signal: it waits on the phone, and is sent once."""
