"""Every format is read back by a parser that is not ours."""

import json
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from gradviz.export import FORMATS, format_for
from gradviz.scene.cards import Options
from gradviz.scene.theme import DARK, LIGHT, THEMES
from gradviz.trace.query import State
from tests import traces

SVG = "{http://www.w3.org/2000/svg}"


def written(suffix, name, step=None, theme=LIGHT):
    trace = traces.ALL[name]()
    history = trace.passes[-1].history
    return FORMATS[suffix].write(State(history, history.steps if step is None else step), theme, trace)


def every_step():
    for name, make in traces.ALL.items():
        for step in range(make().passes[-1].history.steps + 1):
            yield name, step


class TestSvg:
    def test_says_what_the_canvas_says(self):
        root = ElementTree.fromstring(written("svg", "line", 12))
        texts = [element.text for element in root.iter(f"{SVG}text")]
        for words in ("w", "leaf · ()", "MulBackward0", "− 5", "x²", "36.0000", "← 12.0", "grad 12.0000", "12.0"):
            assert words in texts
        groups = {element.get("id"): element.get("class") for element in root.iter(f"{SVG}g") if element.get("id")}
        assert groups["card-t3"] == "running"
        assert groups["card-o8"] == "ready"

    @pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
    def test_is_well_formed_at_every_step_and_stays_in_its_box(self, theme):
        for name, step in every_step():
            root = ElementTree.fromstring(written("svg", name, step, theme))
            left, top, width, height = map(float, root.get("viewBox").split())
            assert float(root.get("width")) == pytest.approx(width, abs=0.01)
            for element in root.iter(f"{SVG}text"):
                assert left <= float(element.get("x")) <= left + width
                assert top <= float(element.get("y")) <= top + height
            assert all(re.fullmatch("#[0-9a-f]{6}", rect.get("fill")) for rect in root.iter(f"{SVG}rect"))

    def test_names_cannot_break_it(self):
        run = traces.Writer()
        tensor = run.tensor(1.0, 'a<b>&"c"', 1)
        run.op("mul", (tensor, "<&>"), 1.0, name="]]>", line=1)
        trace = run.trace()
        data = FORMATS["svg"].write(State(trace.passes[0].history, 2), LIGHT, trace)
        assert 'a<b>&"c"' in [element.text for element in ElementTree.fromstring(data).iter(f"{SVG}text")]

    def test_fonts_have_fallbacks(self):
        assert 'font-family="Inter, \'DejaVu Sans\', sans-serif"' in written("svg", "line").decode()

    def test_options_choose_what_is_drawn(self):
        trace = traces.matrix()
        state = State(trace.passes[0].history, 3)
        options = Options(constants=False, direction="down")
        root = ElementTree.fromstring(FORMATS["svg"].write(state, LIGHT, trace, options))
        names = [element.get("id") for element in root.iter(f"{SVG}g") if element.get("id")]
        assert len(names) == 3
        assert float(root.get("height")) > float(root.get("width")) / 2

    def test_empty_pass(self):
        trace = traces.Writer().trace()
        ElementTree.fromstring(FORMATS["svg"].write(State(trace.passes[0].history, 0), LIGHT, trace))


class TestJson:
    def test_is_the_record(self):
        tree = json.loads(written("json", "line"))
        trace = traces.line()
        history = trace.passes[0].history
        assert (tree["step"], tree["steps"], tree["phase"]) == (history.steps, history.steps, "backward")
        cards = {card["key"]: card for card in tree["cards"]}
        named = {card["name"]: card for card in cards.values()}
        assert named["w"]["gradient"] == {"dtype": "float32", "shape": [], "data": 48.0}
        assert named["loss"]["grad_fn"] == "PowBackward0"
        assert named["loss"]["line"] == 8
        sent = {(cards[edge["from"]]["name"], edge["input"]): edge["gradient"] for edge in tree["edges"]}
        assert sent["w", 0]["data"] == 48.0
        assert sent["x", 1]["data"] == 24.0

    def test_every_step_can_be_read(self):
        for name, step in every_step():
            tree = json.loads(written("json", name, step), parse_constant=pytest.fail)
            keys = [card["key"] for card in tree["cards"]]
            assert len(set(keys)) == len(keys)
            assert {edge[end] for edge in tree["edges"] for end in ("from", "to")} <= set(keys)

    def test_values_that_json_has_no_number_for(self):
        run = traces.Writer()
        run.tensor([np.nan, np.inf, -np.inf], "x", 1)
        trace = run.trace()
        tree = json.loads(FORMATS["json"].write(State(trace.passes[0].history, 1), LIGHT, trace))
        assert tree["cards"][0]["value"]["data"] == ["nan", "inf", "-inf"]

    def test_big_values_are_summed_up(self):
        run = traces.Writer()
        run.tensor(np.arange(5000.0), "x", 1)
        trace = run.trace()
        value = json.loads(FORMATS["json"].write(State(trace.passes[0].history, 1), LIGHT, trace))["cards"][0]["value"]
        assert (value["data"], value["least"], value["greatest"], value["mean"]) == (None, 0.0, 4999.0, 2499.5)


STRING = r'"(?:[^"\\]|\\.)*"'
DOT_ITEM = re.compile(rf"  ({STRING})(?: -> ({STRING}))? \[((?:\w+=(?:{STRING}|[\w.]+)(?:, )?)+)\];")


class TestDot:
    def test_every_line_is_a_legal_statement(self):
        for name, step in every_step():
            lines = written("dot", name, step).decode().splitlines()
            assert lines[0] == "digraph gradviz {"
            assert lines[-1] == "}"
            items = [DOT_ITEM.fullmatch(line) for line in lines[4:-1]]
            assert all(items), name
            cards = {item[1] for item in items if item[2] is None}
            edges = [(item[1], item[2]) for item in items if item[2] is not None]
            assert {end for edge in edges for end in edge} <= cards

    def test_carries_the_gradients(self):
        text = written("dot", "line").decode()
        assert re.search(r'"t2" -> "o8" \[.*label="48.0".*dir=back', text)

    def test_graphviz_reads_it_where_it_is_installed(self):
        """The grammar above is checked always; this asks the real program too, where there is one."""
        program = shutil.which("dot")
        for name in traces.ALL if program else ():
            given = written("dot", name)
            done = subprocess.run([program, "-Tsvg"], input=given, capture_output=True, timeout=30, check=True)
            drawn = ElementTree.fromstring(done.stdout)
            classes = [element.get("class") for element in drawn.iter(f"{SVG}g")]
            history = traces.ALL[name]().passes[-1].history
            assert classes.count("node") >= len(history.ops)


class TestPng:
    @pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
    def test_is_a_picture_of_the_svg(self, qapp, theme):
        from PySide6.QtGui import QImage

        data = written("png", "line", 12, theme)
        image = QImage.fromData(data)
        root = ElementTree.fromstring(written("svg", "line", 12, theme))
        assert image.width() == pytest.approx(2 * float(root.get("width")), abs=2)
        assert image.pixelColor(2, 2).name() == theme.canvas
        left, top, _, _ = map(float, root.get("viewBox").split())
        running = next(element for element in root.iter(f"{SVG}g") if element.get("id") == "card-t3")
        border = running.findall(f"{SVG}rect")[1]
        x, y = (2 * (float(border.get(name)) - origin) for name, origin in (("x", left), ("y", top)))
        assert image.pixelColor(round(x), round(y) + 60).name() == theme.gradient

    def test_needs_no_application_and_no_screen(self):
        program = (
            "from tests import traces; from gradviz.export import FORMATS; from gradviz.scene.theme import LIGHT\n"
            "from gradviz.trace.query import State; import sys\n"
            "trace = traces.line(); state = State(trace.passes[0].history, 3)\n"
            "sys.stdout.buffer.write(FORMATS['png'].write(state, LIGHT, trace))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True, env=_bare())
        assert done.stdout.startswith(b"\x89PNG")


def _bare():
    return {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")} | {
        "PYTHONPATH": os.getcwd(),
        "QT_QPA_PLATFORM": "xcb",
    }


def test_formats_are_found_by_suffix():
    assert format_for("a/b.SVG").suffix == "svg"
    for path in ("graph", "graph.bmp"):
        with pytest.raises(ValueError, match=r"\.svg, \.png, \.dot, \.json"):
            format_for(path)


def test_nothing_but_png_needs_qt():
    program = (
        "import sys; sys.modules['PySide6'] = None\n"
        "from tests import traces; from gradviz.export import FORMATS; from gradviz.scene.theme import LIGHT\n"
        "from gradviz.trace.query import State\n"
        "trace = traces.line(); state = State(trace.passes[0].history, 3)\n"
        "assert all(FORMATS[name].write(state, LIGHT, trace) for name in FORMATS if name != 'png')\n"
        "try: FORMATS['png'].write(state, LIGHT, trace)\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True, env=_bare())
    assert b"SVG needs no Qt" in done.stdout
