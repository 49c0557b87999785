"""Which metrics and labels an expression of PromQL names; enough of it for our own."""

import re
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*") | (?P<range>\[[^\]]*\]) | (?P<number>\d[\w.]*)
      | (?P<word>[a-zA-Z_:][\w:]*) | (?P<mark>=~|!~|!=|==|>=|<=|[-+*/%^(){},=<>])""",
    re.VERBOSE,
)
_GROUPING: Final = {"by", "without", "on", "ignoring", "group_left", "group_right"}
_OPERATORS: Final = {"and", "or", "unless", "bool", "offset"}


class Named(NamedTuple):
    """`functions`: words that a bracket follows."""

    metrics: set[str]
    labels: set[str]
    functions: set[str]


def named_in(expression: str) -> Named:
    """All of it. ValueError for what is no PromQL that this knows."""
    tokens = [*_tokens(expression)]
    found = Named(set(), set(), set())
    in_labels, depth = "", 0
    for at, (kind, token) in enumerate(tokens):
        after = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(token, 0)
        if token == "{":
            in_labels = "}"
        elif in_labels == token:
            in_labels = ""
        elif kind != "word":
            continue
        elif in_labels:
            found.labels.add(token)
        elif token in _GROUPING:
            in_labels = ")"
        elif after == "(" or after in _GROUPING:
            found.functions.add(token)
        elif token not in _OPERATORS:
            found.metrics.add(token)
    if depth:
        raise ValueError(f"brackets do not match: {expression}")
    return found


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    expression = expression.replace("$__rate_interval", "5m")
    while at < len(expression):
        if expression[at].isspace():
            at += 1
            continue
        token = _TOKEN.match(expression, at)
        if token is None:
            raise ValueError(f"at {at}: {expression}")
        found.append((str(token.lastgroup), token[0]))
        at = token.end()
    return found
