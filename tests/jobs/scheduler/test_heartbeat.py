"""A sign of life when a job begins, and when it ended well or did not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sheetops.jobs.context import Request
from sheetops.jobs.scheduler import heartbeat
from sheetops.jobs.scheduler.tick import look
from sheetops.jobs.scheduler.worker import WorkbookOffice
from tests.jobs.small import Business

MOMENT = datetime(2026, 11, 20, 8, tzinfo=UTC)
OWNER = {"Owner's address": "olga@example.org", "Weekly report on": "never"}


@dataclass
class Watcher:
    """A service that notices silence."""

    asked: list[str] = field(default_factory=list)
    status: int = 200
    url: str = ""


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    watcher = Watcher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            watcher.asked.append(self.path)
            self.send_response(watcher.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        watcher.url = f"http://127.0.0.1:{server.server_port}/ping/123/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield watcher
        server.shutdown()
        thread.join()


def looked(business: Business, url: str) -> WorkbookOffice:
    schedule = business.settings.schedule.model_copy(update={"heartbeat": url})
    settings = business.settings.model_copy(update={"schedule": schedule})
    office = WorkbookOffice(Request(settings, clock=lambda: MOMENT))
    look(office, office.request.clock)
    return office


def test_beginning_and_end_of_a_job_are_told(tmp_path: Path, watcher: Watcher) -> None:
    business = Business(tmp_path, settings=OWNER)
    office = looked(business, watcher.url)
    assert watcher.asked == ["/ping/123/start", "/ping/123"]
    assert office.signs == []
    looked(business, watcher.url)  # nothing is due
    assert len(watcher.asked) == 2


def test_a_failure_is_told(tmp_path: Path, watcher: Watcher) -> None:
    business = Business(tmp_path, settings=OWNER)
    business.path.with_name("~$clients.xlsx").touch()
    looked(business, watcher.url)
    assert watcher.asked == ["/ping/123/start", "/ping/123/fail"]


def test_a_service_that_refuses_is_only_said(watcher: Watcher) -> None:
    watcher.status = 404
    assert "Not Found" in heartbeat.give(watcher.url, "")
    assert heartbeat.give("", "/start") == ""
