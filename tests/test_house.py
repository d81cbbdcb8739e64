"""The house as CONTRIBUTING has it: its rooms, its words, and the command that checks all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = {
    path.name
    for path in (ROOT / "sheetops").iterdir()
    if path.is_dir() and (path / "__init__.py").exists()
}

PURE = ("workbook", "model", "systems", "plan", "report/figures")
IMPURE = {
    "gspread", "io", "openpyxl", "os", "pathlib", "random", "shutil", "smtplib", "socket",
    "sqlalchemy", "subprocess", "tempfile", "time", "urllib",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


def test_every_room_stands_on_the_map_and_there_are_at_most_twelve() -> None:
    assert set(re.findall(r"`sheetops/(\w+)/`", PAGE)) == ROOMS
    assert len(ROOMS) <= 12


def test_at_most_four_modules_stand_loose_at_the_top() -> None:
    loose = {path.stem for path in (ROOT / "sheetops").glob("*.py")} - {"__init__", "__main__"}
    assert len(loose) <= 4
    assert all(f"sheetops/{name}.py" in PAGE for name in loose)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:sheetops|tests)/[\w/.]+)`", PAGE))))
def test_every_path_that_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    words = re.findall(r"^\| ([a-z][a-z -]+) \| \S", PAGE, re.MULTILINE)[1:]
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sheetops").rglob("*.py"))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code)  # RawBook is a raw book
    folded = re.sub(r"[\s_-]+", " ", apart).casefold()
    assert len(words) >= 30
    assert [word for word in words if word.replace("-", " ") not in folded] == []


def test_the_workflow_runs_what_everybody_runs() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    steps = workflow["jobs"]["ci"]["steps"]
    assert "bash .ci/run" in [step.get("run") for step in steps]
    assert workflow["permissions"] == {"contents": "read"}


def pure_modules() -> list[Path]:
    return [path for room in PURE for path in sorted((ROOT / "sheetops" / room).rglob("*.py"))]


def reached_for(code: str) -> Iterator[str]:
    """What a module imports from outside and must not, and the clocks that it reads."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] in IMPURE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in IMPURE:
            yield node.module or ""
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            if isinstance(node.value, ast.Name) and node.value.id in {"date", "datetime"}:
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from (name for name in ("open",) if node.func.id == name)


def test_the_pure_rooms_read_no_file_no_clock_no_database_and_no_network() -> None:
    found = {
        str(path.relative_to(ROOT)): reached
        for path in pure_modules()
        if (reached := list(reached_for(path.read_text(encoding="utf-8"))))
    }
    assert len(pure_modules()) > 50
    assert found == {}


def test_a_module_that_reads_the_clock_or_a_file_is_found_out() -> None:
    code = "import os.path\nfrom pathlib import Path\nday = date.today()\nopen('x')\n"
    assert sorted(reached_for(code)) == ["date.today", "open", "os.path", "pathlib"]
