"""A room's pages, remembered until an application takes them.

FastAPI reads the parameters of a function, and of all that it depends on, once for the router that
it is written for and once more for each router around that one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final, TypeVar

from fastapi import FastAPI
from fastapi.params import Depends
from fastapi.routing import APIRoute

Page = TypeVar("Page", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class _Route:
    path: str
    page: Callable[..., Any]
    methods: Sequence[str]
    depends: tuple[Depends, ...]
    """As they are asked: those of the routers around it first."""
    tags: tuple[str | Enum, ...]
    kind: type[APIRoute]
    told: dict[str, Any]
    """What OpenAPI tells of it."""


class Router:
    """Pages with what they have in common; `give` makes them an application's."""

    def __init__(
        self,
        *,
        prefix: str = "",
        tags: Sequence[str | Enum] = (),
        dependencies: Sequence[Depends] = (),
        include_in_schema: bool = True,
        route_class: type[APIRoute] = APIRoute,
    ) -> None:
        self._prefix: Final = prefix
        self._tags: Final = tuple(tags)
        self._depends: Final = tuple(dependencies)
        self._is_told: Final = include_in_schema
        self._kind: Final = route_class
        self._routes: Final[list[_Route]] = []

    def get(self, path: str, **options: Any) -> Callable[[Page], Page]:
        """As FastAPI's; options: those of `route`."""
        return self.route(path, methods=["GET"], **options)

    def post(self, path: str, **options: Any) -> Callable[[Page], Page]:
        """As FastAPI's; options: those of `route`."""
        return self.route(path, methods=["POST"], **options)

    def route(
        self,
        path: str,
        *,
        methods: Sequence[str],
        dependencies: Sequence[Depends] = (),
        summary: str | None = None,
        status_code: int | None = None,
        responses: dict[int | str, dict[str, Any]] | None = None,
    ) -> Callable[[Page], Page]:
        """The function below is what answers there."""

        def remembered(page: Page) -> Page:
            told = {
                "summary": summary,
                "status_code": status_code,
                "responses": responses,
                "include_in_schema": self._is_told,
            }
            depends = (*self._depends, *dependencies)
            route = _Route(
                self._prefix + path, page, methods, depends, self._tags, self._kind, told
            )
            self._routes.append(route)
            return page

        return remembered

    def include(self, other: "Router", *, dependencies: Sequence[Depends] = ()) -> None:
        """The pages that another has by now, with what these have in common; `dependencies` are
        asked before its own."""
        around = (*self._depends, *dependencies)
        for each in other._routes:
            is_told = self._is_told and each.told["include_in_schema"]
            self._routes.append(
                replace(
                    each,
                    path=self._prefix + each.path,
                    depends=(*around, *each.depends),
                    tags=(*self._tags, *each.tags),
                    told=each.told | {"include_in_schema": is_told},
                )
            )

    def give(self, app: FastAPI) -> None:
        """Every page, in the order in which it was written."""
        for each in self._routes:
            app.router.add_api_route(
                each.path,
                each.page,
                methods=[*each.methods],
                dependencies=each.depends,
                tags=[*each.tags],
                route_class_override=each.kind,
                **each.told,
            )
