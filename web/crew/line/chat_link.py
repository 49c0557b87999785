"""The address that opens a chat with the city's LINE account, with words filled in. Pure."""

from urllib.parse import quote

_CHAT = "https://line.me/R/oaMessage/{}/?{}"


def chat_link(basic_id: str, words: str) -> str:
    """LINE's own form of it; whoever opens it only has to press send."""
    return _CHAT.format(quote(basic_id, safe=""), quote(words, safe=""))
