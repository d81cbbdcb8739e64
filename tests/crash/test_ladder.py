"""A few short ladders of the long form, and that the machine would notice a wrong sheetops."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.keeping import quicken
from tests.crash.ladder import Tally
from tests.crash.machine import Broken, Where, search
from tests.crash.mutants import no_handing
from tests.crash.processes import forked
from tests.smtp_servers import SmtpServer

if sys.platform == "win32":
    pytest.skip("the ladders are lived in a fork, which Windows has not", allow_module_level=True)


def lived(folder: Path, number: int, *, ladders: int) -> dict[str, Any]:
    """Ladders of three days in this process, which is not the same afterwards."""
    quicken()
    total = Tally()
    with SmtpServer() as server:
        where = Where(folder, "", server, total.add, length=3)
        try:
            search(where, number, ladders=ladders, steps=10, shrink=False)
        except Broken as broken:
            return {"broken": str(broken), "steps": "\n".join(getattr(broken, "__notes__", ()))}
    verdict = total.verdict
    return {
        "ladders": total.ladders,
        "deaths": total.deaths,
        "wrong": verdict.duplicates + verdict.losses + verdict.hidden,
        "arrived": total.arrived,
    }


@pytest.mark.long
def test_in_a_few_short_ladders_nobody_is_written_to_twice_or_forgotten(tmp_path: Path) -> None:
    _, found = forked(lambda: lived(tmp_path, 37, ladders=2))
    assert found.get("broken") is None, f"{found['broken']}\n{found['steps']}"
    assert found["ladders"] >= 2
    assert found["deaths"] > 3
    assert found["wrong"] == 0


@pytest.mark.long
def test_a_machine_without_the_record_of_handing_is_caught(tmp_path: Path) -> None:
    def mutated() -> dict[str, Any]:
        no_handing()
        return lived(tmp_path, 33, ladders=4)

    _, found = forked(mutated)
    assert "twice" in found["broken"]
    assert "state.begin(" in found["steps"]
