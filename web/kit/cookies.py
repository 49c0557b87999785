"""Cookies: each for one browser, out of scripts' reach, over https only where we are reached so."""

from fastapi import Response

from settings import settings


def give_cookie(
    answer: Response, name: str, value: str, *, seconds: float, path: str = "/"
) -> None:
    """`seconds`: so long the browser keeps it; `path`: below which it comes back."""
    answer.set_cookie(
        name,
        value,
        max_age=int(seconds),
        path=path,
        httponly=True,
        samesite="lax",
        secure=settings().is_secure,
    )
