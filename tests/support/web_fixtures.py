"""Browsers of people who have signed in, each with cookies of its own, on one application."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
import web_scene
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_scene import Browser

from cli import server
from settings import settings


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


@pytest.fixture
def site(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application on a free port, as `michi web` serves it; gives its address."""
    web_scene.people()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("PUBLIC_URL", address)
        settings.cache_clear()
        serving = uvicorn.Server(uvicorn.Config(app, **server.options(settings())))
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]})
        thread.start()
        while not serving.started:
            time.sleep(0.02)
        yield address
        serving.should_exit = True
        thread.join()
