"""A Google of our own for the stores' tests: one server for all, asked as the real one is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sheets_server.running import Running


@pytest.fixture(scope="session")
def _server() -> Iterator[Running]:
    with Running() as running:
        yield running


@pytest.fixture
def google(_server: Running) -> Iterator[Running]:
    """The server, with nothing in its log and nobody in the way; this process asks it."""
    _server.no_hooks()
    _server.script.faults.clear()
    _server.log.clear()
    with _server.environment():
        yield _server
