"""The curves of a run as a table (CSV): a row for every pass, a column for every curve, nothing reduced."""

from __future__ import annotations

import csv
import io

import numpy as np

from gradviz.scene.plots import Manner, root_name
from gradviz.scene.theme import Theme
from gradviz.trace.curves import is_missing
from gradviz.trace.messages import CurveKey
from gradviz.trace.trace import Trace


def write_csv(trace: Trace, theme: Theme | None = None, manner: Manner | None = None) -> bytes:
    """UTF-8 with a head line; passes count from 1. Empty where a pass has no such number, else "nan" and "inf"."""
    curves = trace.curves
    columns: dict[str, list[str]] = {"pass": [str(number + 1) for number in range(curves.length)]}
    for key in curves.keys:
        column = curves.column(key)
        texts = np.array([repr(number) for number in column.tolist()], object)
        texts[is_missing(column)] = ""
        columns[_unique(_name(key, trace), columns)] = texts.tolist()
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _name(key: CurveKey, trace: Trace) -> str:
    """As the program would write it."""
    names = {
        "loss": root_name(trace),
        "gradient": f"{key.leaf}.grad",
        "update": f"{key.leaf} update / size",
        "rate": f"lr {key.leaf}".strip(),
    }
    return names.get(key.kind, key.leaf)


def _unique(name: str, taken: dict[str, list[str]]) -> str:
    unique, count = name, 2
    while unique in taken:
        unique, count = f"{name} ({count})", count + 1
    return unique
