"""What the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def samples() -> Path:
    """The folder of public workbooks that lies beside the project, if it is there."""
    folder = ROOT.parent / "shared" / "data" / "workbooks"
    if not folder.is_dir():
        pytest.skip("the sample workbooks are not at ../shared/data/workbooks")
    return folder
