"""What all tests share: nothing is written into the home of whoever runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 # only a better place than the disk, where there is one


def pytest_configure() -> None:
    """Folders of tests lie in memory where the system has such: they ask the disk very often."""
    if os.access(_MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data and log folders of sheetops lie in a temporary folder, on every system."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data beside the project; the test skips where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public test data is not beside the project")
    return folder
