import numpy as np
import pytest

from gradviz.scene.curves import curves_of, point_at
from gradviz.scene.faces import face_of
from gradviz.scene.measure import text_width
from gradviz.scene.pills import PILL_HEIGHT
from gradviz.scene.queue import queue_head, queue_of
from gradviz.scene.roles import Flow, Role
from gradviz.scene.scene import geometry_of, graph_for, picture, scene_of
from gradviz.trace.events import ErrorRaised
from tests import traces


def scene_for(name):
    trace = traces.ALL[name]()
    return picture(trace.passes[-1].history, trace)


def roles(scene, step):
    look = scene.look(step)
    return {card.name or card.title: Role(int(role)) for card, role in zip(scene.cards, look.cards, strict=True)}


def texts(scene, name, step):
    look = scene.look(step)
    position = next(at for at, card in enumerate(scene.cards) if (card.name or card.title) == name)
    return [run.text for run in scene.face(position, look).runs]


class TestLook:
    def test_backward_of_the_line(self):
        scene = scene_for("line")
        assert roles(scene, 0)["x"] is Role.FUTURE
        assert roles(scene, 7)["loss"] is Role.WAITING
        assert roles(scene, 8)["loss"] is Role.READY
        at = roles(scene, 11)
        assert (at["loss"], at["y"], at["MulBackward0"]) == (Role.DONE, Role.RUNNING, Role.READY)
        assert roles(scene, 12)["b"] is Role.RUNNING
        assert roles(scene, 13)["b"] is Role.LEAF

    def test_one_state_per_step_equals_the_history_asked_node_by_node(self):
        """The columns against the record's own slow answer."""
        words = {"ready": Role.READY, "running": Role.RUNNING, "done": Role.DONE}
        for name in traces.ALL:
            scene = scene_for(name)
            for step in range(scene.history.steps):
                look = scene.look(step)
                for at, card in enumerate(scene.cards):
                    if card.kind == "op" and card.made <= step:
                        assert Role(int(look.cards[at])) is words.get(
                            scene.history.status(card.node, step), Role.WAITING
                        ), (name, step)

    def test_gradients_move_then_rest(self):
        scene = scene_for("line")
        last = len(scene.table.links) - 1
        assert [Flow(int(scene.look(step).links[last])) for step in (0, 7, 9, 10, 11)] == [
            Flow.FUTURE,
            Flow.FORWARD,
            Flow.MOVING,
            Flow.MOVING,
            Flow.DONE,
        ]
        assert scene.pill(last, 8) is None
        assert scene.pill(last, 9).text == "12.0"

    def test_update_and_error(self):
        scene = scene_for("untracked")
        assert roles(scene, scene.history.steps - 1)["x"] is Role.UPDATED
        scene = scene_for("error")
        assert roles(scene, scene.history.steps)["c"] is Role.FAULT
        assert texts(scene, "c", scene.history.steps)[-1] == "2×3 and 2×3"

    def test_going_back_is_the_same_as_never_having_gone(self):
        scene = scene_for("polynomial")
        before = [scene.look(step).cards.tolist() for step in range(scene.history.steps)]
        again = [scene.look(step).cards.tolist() for step in reversed(range(scene.history.steps))]
        assert before == again[::-1]


class TestFault:
    """The card to blame where the engine does not say: the one next to run, or the newest operand."""

    def fault(self, run, error):
        trace = run.trace(error)
        scene = picture(trace.passes[-1].history, trace)
        return (scene.cards[scene.fault].name if scene.fault >= 0 else None), scene

    def test_an_operand_of_the_failing_expression(self):
        run = traces.Writer("a = 1\nb = 2\nc = a * b\nd = c @ b.T\n")
        a, b = run.tensor([1.0], "a", 1), run.tensor([2.0], "b", 2)
        run.op("mul", (a, b), [2.0], name="c", line=3)
        error = ErrorRaised("RuntimeError", "shapes", run.source(4, 4))
        run.events.append(error)
        name, scene = self.fault(run, error)
        assert name == "c"
        assert texts(scene, "c", scene.history.steps)[-1] == "error in line 4"

    def test_the_node_that_was_to_run_next(self):
        run = traces.Writer("")
        x = run.tensor(2.0, "x", 1)
        y = run.op("pow", (x, "2"), 4.0, name="y", line=2)
        run.backward(y)
        error = ErrorRaised("RuntimeError", "freed", run.source(5))
        run.events.append(error)
        assert self.fault(run, error)[0] == "y"

    def test_nobody(self):
        run = traces.Writer("x = 1\n1 / 0\n")
        run.tensor(2.0, "x", 1)
        error = ErrorRaised("ZeroDivisionError", "division by zero", run.source(2))
        run.events.append(error)
        assert self.fault(run, error)[0] is None


class TestTexts:
    def test_leaf(self):
        scene = scene_for("line")
        assert texts(scene, "w", 8) == ["w", "leaf · ()", "2.0000", "grad None"]
        assert texts(scene, "w", scene.history.steps) == ["w", "leaf · ()", "2.0000", "grad 48.0000"]

    def test_accumulation_is_what_the_second_pass_adds_to(self):
        scene = scene_for("accumulate_twice")
        assert texts(scene, "x", 0)[-1] == "grad 6.0000"
        assert texts(scene, "x", scene.history.steps)[-1] == "grad 12.0000"

    def test_op(self):
        scene = scene_for("line")
        assert texts(scene, "y", 8) == ["AddBackward0", "+", "y", "11.0000", "waiting"]
        assert texts(scene, "y", 11) == ["AddBackward0", "+", "y", "11.0000", "← 12.0"]

    def test_every_text_fits_its_card_at_every_step(self):
        for name in traces.ALL:
            scene = scene_for(name)
            for step in range(scene.history.steps + 1):
                look = scene.look(step)
                for at in range(len(scene.cards)):
                    for run in scene.face(at, look).runs:
                        width = text_width(run.text, run.size, bold=run.bold, mono=run.mono)
                        assert width <= run.room + 0.01, (name, run)

    def test_heat_map_of_a_matrix(self):
        scene = scene_for("matrix")
        position = next(at for at, card in enumerate(scene.cards) if card.name == "W")
        card = scene.cards[position]
        heat = face_of(card, Role.LEAF, scene.history, scene.history.steps, 200).heat
        data = scene.history.tensors[card.tensor].values.facts[0].data
        np.testing.assert_allclose(heat.shades, data / np.abs(data).max(), rtol=1e-5)

    def test_queue(self):
        scene = scene_for("line")
        entries = queue_of(scene.history, 11)
        assert [entry.text for entry in entries] == ["AccumulateGrad(b)", "MulBackward0 #0"]
        assert queue_head(scene.history, 11, 1) == (entries[:1], 1)
        assert queue_of(scene.history, 3) == ()


class TestGeometry:
    def test_passes_of_one_shape_share_their_geometry(self):
        trace = traces.accumulate_twice()
        first, second = (graph_for(item.history, trace) for item in trace.passes)
        geometry = geometry_of(first)
        following = graph_for(trace.passes[1].history, trace, previous=geometry.measures)
        assert following.signature == geometry.signature
        assert len(scene_of(trace.passes[1].history, following, geometry, trace).cards) == len(second.names)

    def test_edges_begin_and_end_at_their_cards(self):
        for name in traces.ALL:
            scene = scene_for(name)
            starts, stops = scene.geometry.curves.ends
            for link, start, stop in zip(scene.table.links, starts, stops, strict=True):
                left, top, width, height = scene.geometry.rects[link.source]
                assert start[0] == pytest.approx(left + width)
                assert top <= start[1] <= top + height
                left, top, width, height = scene.geometry.rects[link.target]
                assert stop[0] == pytest.approx(left)
                assert top <= stop[1] <= top + height

    def test_numbers_on_edges_touch_no_card_and_no_other_number(self):
        for name in traces.ALL:
            scene = scene_for(name)
            pills = [scene.pill(link, scene.history.steps) for link in range(len(scene.table.links))]
            boxes = [
                (p.x - p.width / 2, p.y - PILL_HEIGHT / 2, p.x + p.width / 2, p.y + PILL_HEIGHT / 2) for p in pills if p
            ]
            boxes += [(x, y, x + w, y + h) for x, y, w, h in scene.geometry.rects]
            for at, a in enumerate(boxes):
                for b in boxes[:at]:
                    assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], name

    def test_twin_edges_have_two_numbers_that_can_be_told_apart(self):
        """y = a * a + a: two edges to the product, one past it; no number lies on another or on a card."""
        run = traces.Writer()
        x = run.tensor(3.0, "x", 1)
        a = run.op("mul", (x, "2"), 6.0, name="a")
        square = run.op("mul", (a, a), 36.0)
        y = run.op("add", (square, a), 42.0, name="y")
        run.backward(y)
        run.ran(y, 1.0, 1.0, 1.0)
        run.ran(square, 1.0, 6.0, 6.0)
        trace = run.trace()
        scene = picture(trace.passes[0].history, trace)
        pills = [pill for link in range(5) if (pill := scene.pill(link, scene.history.steps)) is not None]
        assert [pill.text for pill in pills] == ["6.0", "6.0", "1.0", "1.0"]
        boxes = [(p.x - p.width / 2, p.y - 9, p.x + p.width / 2, p.y + 9) for p in pills]
        boxes += [(left, top, left + wide, top + tall) for left, top, wide, tall in scene.geometry.rects]
        for at, one in enumerate(boxes):
            for other in boxes[:at]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]

    def test_a_leaf_used_often_gets_chips(self):
        run = traces.Writer()
        w = run.tensor(2.0, "w", 1)
        tensor = run.tensor(1.0, "x", 1)
        for _ in range(9):
            tensor = run.op("mul", (tensor, w), 1.0)
        trace = run.trace()
        scene = picture(trace.passes[0].history, trace)
        chips = [at for at, card in enumerate(scene.cards) if card.kind == "chip"]
        assert len(chips) == 9
        leaf = scene.table.index["t1"]
        assert {scene.owner(chip) for chip in chips} == {leaf}
        assert scene.family(chips[0]) == sorted([leaf, *chips])
        assert len(scene.links_of[leaf]) == 9
        assert all(scene.cards[chip].key == f"t1@{scene.cards[scene.table.links[link].target].key}#1"
                   for chip, link in zip(chips, scene.links_of[leaf], strict=True))  # fmt: skip


class TestCurves:
    def test_sampling_is_the_polynomial(self):
        route = np.array([[0.0, 0.0], [40.0, 10.0], [90.0, 10.0]])
        curves = curves_of([route], "right")
        points = curves.sampled(8)
        t = np.linspace(0, 1, 9)[:, None]
        p0, p1, p2, p3 = np.array([[0, 0], [20, 0], [20, 10], [40, 10]], float)
        expected = (1 - t) ** 3 * p0 + 3 * t * (1 - t) ** 2 * p1 + 3 * t**2 * (1 - t) * p2 + t**3 * p3
        np.testing.assert_allclose(points[0], expected)
        np.testing.assert_allclose(curves.polyline(0)[[0, -1]], route[[0, -1]])

    def test_segments_of_links(self):
        routes = [np.zeros((2, 2)), np.zeros((4, 2)), np.zeros((3, 2))]
        curves = curves_of(routes, "right")
        assert curves.segments_of(np.array([2, 0])).tolist() == [4, 5, 0]
        assert curves.segments_of(np.array([], dtype=np.intp)).tolist() == []

    def test_half_of_a_line(self):
        assert point_at(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]), 0.75) == (10.0, 5.0)


def test_a_step_on_10_000_nodes_is_cheap():
    import time

    trace = traces.chain(2_000)
    history = trace.passes[0].history
    graph = graph_for(history, trace)
    scene = scene_of(history, graph, geometry_of(graph), trace)
    scene.look(0)
    began = time.process_time()
    for step in range(100):
        scene.look(2_000 + step)
    assert (time.process_time() - began) / 100 < 0.01  # ten times the measured time: machines differ
