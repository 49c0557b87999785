"""What is said to residents: the kinds of words, free of language. Pure."""

from typing import Any

Say = dict[str, Any]
"""One thing to say, free of language: `{"say": kind, …facts}`; kinds: bot/render/table.py."""
