"""Browsers of people who have signed in, each with cookies of its own, on one application."""

from collections.abc import Callable

import pytest
import web_scene
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_scene import Browser


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """Somebody who has not signed in."""
    web_scene.people()
    return TestClient(app, base_url="http://127.0.0.1:8000")


@pytest.fixture
def come_in(app: FastAPI, stranger: TestClient) -> Callable[[str], Browser]:
    """A new browser, signed in under this name."""

    def signed_in(name: str) -> Browser:
        client = TestClient(app, base_url="http://127.0.0.1:8000")
        return Browser(client, web_scene.sign_in(client, name))

    return signed_in


@pytest.fixture
def staff(come_in: Callable[[str], Browser]) -> Browser:
    return come_in("sato")


@pytest.fixture
def crew(come_in: Callable[[str], Browser]) -> Browser:
    """The crew of 道路管理課."""
    return come_in("roads")
