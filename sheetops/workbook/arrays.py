"""The kinds of whole columns, as numpy holds them; `NaT` and `NaN` stand for what is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
"""Places in a frame, -1 for none."""
Numbers = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Strings = npt.NDArray[Any]
"""Texts, as objects."""
Objects = npt.NDArray[Any]
"""Values of cells, of any kind."""
