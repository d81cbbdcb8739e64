"""The command line and the demo, as the tests of whole runs have them."""

from __future__ import annotations

from tests.run.conftest import _laid_out, demo, sheetops

__all__ = ["_laid_out", "demo", "sheetops"]
