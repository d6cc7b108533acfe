"""Writes tests/access/table.txt from what is seen, for somebody to read before it is kept.

    JANGWON_WRITE_ACCESS=1 python -m pytest tests/access/write_table.py
"""

import os

import pytest

from tests.access.addresses import STAGES
from tests.access.test_access import _write, seen_at  # noqa: F401

_cells: dict[tuple[str, str, str], str] = {}


@pytest.mark.parametrize("stage", STAGES)
def test_write(seen_at, stage):  # noqa: F811
    assert os.environ.get("JANGWON_WRITE_ACCESS")
    for key, letter in seen_at(stage).items():
        _cells[key] = _cells.get(key, "") + letter
    if stage == STAGES[-1]:
        _write(_cells)
