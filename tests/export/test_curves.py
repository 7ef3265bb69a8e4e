"""Exported curves are read back by parsers that are not ours: csv, XML, and Qt's reader of pictures."""

import csv
import io
import math
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from gradviz.export import CURVE_FORMATS, curve_format_for
from gradviz.scene.plots import Manner
from gradviz.scene.theme import LIGHT, THEMES
from gradviz.scene.ticks import linear_ticks, power_ticks
from gradviz.trace.curves import MISSING
from gradviz.trace.messages import CurveKey, CurvesExtended
from gradviz.trace.trace import Trace, TraceBuilder
from tests import descents, traces

SVG = "{http://www.w3.org/2000/svg}"


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def logged(*names):
    builder = TraceBuilder()
    builder.trace = traces.line()
    keys = (CurveKey("loss"), *(CurveKey("logged", name) for name in names))
    rows = np.ones((4, len(keys)))
    rows[1:, 0] = MISSING, math.nan, math.inf
    return builder.add(CurvesExtended(0, keys, rows))


class TestTable:
    def test_has_every_number_of_every_pass(self):
        trace = descents.minimum()
        rows = read(CURVE_FORMATS["csv"].write(trace, LIGHT))
        assert [row["pass"] for row in rows] == [str(number) for number in range(1, 61)]
        for name, key in (("y", ("loss",)), ("x", ("value", "x")), ("x.grad", ("gradient", "x"))):
            column = trace.curves.column(CurveKey(*key))
            assert [float(row[name]) for row in rows] == column.tolist(), "to the last bit"

    def test_tells_what_is_missing_from_what_went_wrong(self):
        rows = read(CURVE_FORMATS["csv"].write(logged("acc"), LIGHT))
        assert [row["loss"] for row in rows] == ["1.0", "", "nan", "inf"]

    def test_names_that_need_quotes_or_come_twice(self):
        names = ('a,b', 'a "b"', "loss", "two\nlines")
        rows = read(CURVE_FORMATS["csv"].write(logged(*names), LIGHT))
        assert list(rows[0]) == ["pass", "loss", 'a,b', 'a "b"', "loss (2)", "two\nlines"]


class TestDrawing:
    @pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
    @pytest.mark.parametrize("manner", [Manner(), Manner(True, True, 20), Manner(factor=0.9)])
    def test_is_well_formed_and_shows_each_chart(self, theme, manner):
        root = ElementTree.fromstring(CURVE_FORMATS["svg"].write(descents.regression(3000), theme, manner))
        texts = [element.text for element in root.iter(f"{SVG}text")]
        for words in ("Loss", "Leaf values", "Gradients", "w", "b"):
            assert words in texts
        assert texts.count("pass") == 3
        curves = [element for element in root.iter(f"{SVG}path") if element.get("class") == "curve"]
        assert len(curves) == 5

    def test_a_curve_goes_through_its_points(self):
        trace = descents.minimum()
        root = ElementTree.fromstring(CURVE_FORMATS["svg"].write(trace, LIGHT))
        curve = next(element for element in root.iter(f"{SVG}path") if element.get("class") == "curve")
        points = np.array([[float(n) for n in pair.split()] for pair in re.split("[ML]", curve.get("d"))[1:]])
        losses = trace.curves.column(CurveKey("loss"))
        assert len(points) == 60
        line = np.polyfit(losses, points[:, 1], 1)
        np.testing.assert_allclose(np.polyval(line, losses), points[:, 1], atol=0.11)
        np.testing.assert_allclose(np.diff(points[:, 0]), np.diff(points[:, 0]).mean(), atol=0.11)

    def test_nan_is_a_gap_and_a_cross(self):
        root = ElementTree.fromstring(CURVE_FORMATS["svg"].write(logged("acc"), LIGHT))
        crosses = [element for element in root.iter(f"{SVG}path") if element.get("class") == "break"]
        assert [cross.find(f"{SVG}title").text for cross in crosses] == ["NaN or infinity begins in pass 3"]
        assert "nan" not in "".join(element.get("d") for element in root.iter(f"{SVG}path"))

    def test_names_cannot_break_it(self):
        root = ElementTree.fromstring(CURVE_FORMATS["svg"].write(logged('<a>&"b"', "]]>"), LIGHT))
        assert '<a>&"b"' in [element.text for element in root.iter(f"{SVG}text")]

    def test_without_curves_says_so(self):
        with pytest.raises(ValueError, match="no curves"):
            CURVE_FORMATS["svg"].write(Trace(), LIGHT)


def test_the_picture_is_the_drawing_at_twice_its_size(qapp):
    from PySide6.QtGui import QImage

    trace = descents.minimum()
    image = QImage.fromData(CURVE_FORMATS["png"].write(trace, LIGHT))
    root = ElementTree.fromstring(CURVE_FORMATS["svg"].write(trace, LIGHT))
    assert (image.width(), image.height()) == (2 * float(root.get("width")), 2 * float(root.get("height")))
    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colors) > 20


def test_formats_are_found_by_their_endings():
    assert curve_format_for("a/b.CSV").suffix == "csv"
    with pytest.raises(ValueError, match=r"Use one of \.csv, \.svg, \.png"):
        curve_format_for("curves.dot")


def test_from_the_command_line(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import torch\nimport gradviz\nw = torch.tensor(3., requires_grad=True)\nfor n in range(50):\n"
        "    loss = w * w\n    loss.backward()\n    with torch.no_grad(): w -= 0.1 * w.grad\n    w.grad = None\n"
        "    gradviz.log('n', n)\n"
    )
    for name, more in (("c.csv", []), ("c.svg", ["--curves", "--log", "--smoothing", "5", "--factor", "0.9"])):
        command = [sys.executable, "-m", "gradviz", "export", str(program), "-o", str(tmp_path / name), *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ)
        assert (done.returncode, done.stderr) == (0, "")
    rows = read((tmp_path / "c.csv").read_bytes())
    assert list(rows[0]) == ["pass", "loss", "w", "w.grad", "w update / size", "n"]
    assert [row["n"] for row in rows] == [f"{n}.0" for n in range(50)]
    w = np.array([float(row["w"]) for row in rows])
    np.testing.assert_allclose(w, 3 * 0.8 ** np.arange(50), rtol=1e-4)
    np.testing.assert_allclose([float(row["w update / size"]) for row in rows], 0.2, rtol=1e-4)
    ElementTree.parse(tmp_path / "c.svg")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3, 17.5), (1e-9, 3e-9), (0, 123456789), (0.37, 0.39)])
@pytest.mark.parametrize("most", [1, 4, 6])
def test_ticks_are_round_numbers_in_the_range(low, high, most):
    ticks = linear_ticks(low, high, most)
    assert len(ticks) <= most + 1
    for value, text in ticks:
        assert low - 1e-12 <= value <= high * (1 + 1e-9)
        assert float(text.replace(",", "").replace("−", "-")) == pytest.approx(value, rel=1e-3, abs=1e-15)
    assert power_ticks(-2.2, 3.1, 6) == [(-2, "0.01"), (-1, "0.1"), (0, "1"), (1, "10"), (2, "100"), (3, "1000")]
