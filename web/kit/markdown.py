"""A city's own text as HTML: Markdown without HTML of its own, and without pictures. Pure."""

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

_REL: Final = "nofollow noopener noreferrer"


def as_html(words: str) -> str:
    """CommonMark with tables, a line break kept as one; HTML is shown as it was typed.

    Links (http, https, mailto, tel; never javascript) are told not to be followed by machines.
    """
    return str(_reader().render(words))


def title_of(words: str) -> str:
    """The first heading, without its marks; empty where there is none."""
    for line in words.splitlines():
        if line.startswith("#"):
            return line.strip("# \t")
    return ""


def _link_open(
    renderer: "RendererHTML",
    tokens: "Sequence[Token]",
    at: int,
    options: "OptionsDict",
    env: MutableMapping[str, Any],
) -> str:
    tokens[at].attrSet("rel", _REL)
    return renderer.renderToken(tokens, at, options, env)


@cache
def _reader() -> "MarkdownIt":
    """Few pages show such a text: its parser is loaded with the first."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "breaks": True})
    reader.enable("table").disable("image").add_render_rule("link_open", _link_open)
    return reader
