"""The dialogue: what came in and what was there give what to do and what to say. All pure."""
