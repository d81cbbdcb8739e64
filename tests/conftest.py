"""What all tests share: nothing is written into the home of whoever runs them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest

from tests.command_line import _laid_out, demo, sheetops
from tests.examples import load_quick_profile

if TYPE_CHECKING:
    from tests.sheets_server.running import Running

__all__ = ["_laid_out", "demo", "sheetops"]  # fixtures for all rooms
_MEMORY = Path("/dev/shm")  # noqa: S108 # only a better place than the disk, where there is one

load_quick_profile()


def pytest_configure() -> None:
    """Folders of tests lie in memory where the system has such: they ask the disk very often."""
    if os.access(_MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it for garbage again and again took a fifth of the
    time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")  # one each there would be looked through by each test


@pytest.fixture(autouse=True)
def _own_folders(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data and log folders of sheetops lie in a temporary folder, on every system."""
    home = mkdtemp(dir=_homes)
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, home)


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that is gone is waited for, since Excel takes it away while it saves: shortly."""
    monkeypatch.setattr("sheetops.stores.excel.file.replace.PATIENCE", 0.3)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data beside the project; the test skips where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public test data is not beside the project")
    return folder


@pytest.fixture(scope="session")
def _google() -> Iterator[Running]:
    running = import_module("tests.sheets_server.running")  # for those alone who ask it
    with running.Running() as server:
        yield server


@pytest.fixture
def google(_google: Running) -> Iterator[Running]:
    """A Google of our own, asked as the real one is: one server for all, with nothing in its log
    and nobody in the way."""
    _google.no_hooks()
    _google.script.faults.clear()
    _google.log.clear()
    with _google.environment():
        yield _google
