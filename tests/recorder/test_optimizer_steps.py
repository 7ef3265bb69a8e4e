"""A step of an optimizer in the record: what it found, what it left, and that the updates follow it."""

from itertools import pairwise

import numpy as np
import pytest

from gradviz.trace.codec import FrameReader, decode, encode
from gradviz.trace.events import OptimizerStepped, TensorMade, TensorUpdated
from tests.recorder.test_numpy_engine import events, record

START = """
w = torch.tensor([1.0, -2.0], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
idle = torch.tensor(7.0, requires_grad=True)
"""
LOOP = """
for _ in range(3):
    optimizer.zero_grad()
    loss = ((w * 3).sum() + b).square()
    loss.backward()
    optimizer.step()
"""


def test_a_step_stands_before_its_updates_with_all_that_it_found():
    trace, _, _ = record(f"{START}optimizer = torch.optim.SGD([w, b, idle], lr=0.01, momentum=0.5){LOOP}")
    second, third = (events(trace, OptimizerStepped, number)[0] for number in (1, 2))
    kinds = [type(event) for event in trace.passes[1].events]
    assert kinds[kinds.index(OptimizerStepped) :][:3] == [OptimizerStepped, TensorUpdated, TensorUpdated]
    assert (second.optimizer, dict(second.settings[0])["momentum"], second.source.line) == ("SGD", 0.5, 11)
    assert [part.tensor for part in second.parameters] == [e.tensor for e in events(trace, TensorUpdated, 1)]
    for earlier, later in zip(second.parameters, third.parameters, strict=True):
        (buffer,), (next_buffer,) = earlier.remembered, later.remembered
        assert buffer.name == "momentum_buffer"
        assert buffer.after == next_buffer.before
        velocity = np.float32(0.5) * buffer.before.data + earlier.gradient.data
        np.testing.assert_allclose(buffer.after.data, velocity, rtol=1e-6)
        np.testing.assert_allclose(earlier.added.data, -0.01 * velocity, rtol=1e-4)
        assert earlier.after == later.before


def test_parameters_without_a_gradient_are_told_as_passed_over():
    frozen = "frozen = torch.tensor(1.0)\n"
    program = f"{START}{frozen}optimizer = torch.optim.SGD([w, b, idle, frozen], lr=0.01){LOOP}"
    trace, _, _ = record(program)
    for number in range(3):
        (step,) = events(trace, OptimizerStepped, number)
        assert len(step.skipped) == 1, "what needs no gradient is not meant to have one"
        names = {e.tensor: e.name for e in trace.passes[0].events if isinstance(e, TensorMade)}
        assert [names[tensor] for tensor in step.skipped] == ["idle"]


def test_a_step_that_finds_no_gradient_at_all_passes_over_everything():
    trace, _, _ = record(
        f"{START}optimizer = torch.optim.SGD([idle], lr=0.01)\nw.sum().backward()\noptimizer.step()\n"
    )
    (step,) = events(trace, OptimizerStepped)
    assert (step.parameters, len(step.skipped)) == ((), 1)


def test_a_first_step_remembers_nothing():
    trace, _, _ = record(f"{START}optimizer = torch.optim.Adam([w, b]){LOOP}")
    first = events(trace, OptimizerStepped, 0)[0]
    assert {item.before for part in first.parameters for item in part.remembered} == {None}
    assert [item.name for item in first.parameters[0].remembered] == ["step", "exp_avg", "exp_avg_sq"]


def test_groups_have_settings_of_their_own():
    groups = "[{'params': [w]}, {'params': [b], 'lr': 0.5}]"
    trace, _, _ = record(f"{START}optimizer = torch.optim.AdamW({groups}, lr=0.1){LOOP}")
    step = events(trace, OptimizerStepped)[0]
    assert [dict(group)["lr"] for group in step.settings] == [0.1, 0.5]
    assert [part.group for part in step.parameters] == [0, 1]
    assert dict(step.settings[0])["beta2"] == 0.999


def test_updates_by_hand_and_two_steps_in_a_row_are_kept_apart():
    trace, _, _ = record(
        f"{START}optimizer = torch.optim.SGD([w], lr=0.1)\nw.sum().backward()\nw.data -= 1\n"
        "for _ in range(2): optimizer.step()\n"
    )
    kinds = [type(e) for e in trace.passes[0].events if isinstance(e, OptimizerStepped | TensorUpdated)]
    assert kinds == [TensorUpdated, *[OptimizerStepped, TensorUpdated] * 2]
    first, second = events(trace, OptimizerStepped)
    assert first.parameters[0].after == second.parameters[0].before


def test_a_step_that_calls_another_is_told_once():
    trace, _, _ = record(
        "class Own(torch.optim.SGD):\n    def step(self):\n        super().step()\n"
        f"{START}optimizer = Own([w], lr=0.1){LOOP}"
    )
    assert [len(events(trace, OptimizerStepped, number)) for number in range(3)] == [1, 1, 1]
    assert events(trace, OptimizerStepped)[0].optimizer == "Own"


def test_a_step_that_failed_is_forgotten():
    trace, _, _ = record(
        f"{START}optimizer = torch.optim.SGD([w], lr=0.1)\nw.sum().backward()\n"
        "try:\n    optimizer.step(lambda: 1 / 0)\nexcept ZeroDivisionError:\n    optimizer.step()\n"
    )
    assert len(events(trace, OptimizerStepped)) == 1


@pytest.mark.parametrize("search", ["None", "'strong_wolfe'"])
def test_lbfgs_tells_its_direction_and_how_far_it_went(search):
    trace, _, _ = record(
        f"{START}optimizer = torch.optim.LBFGS([w, b], lr=0.1, max_iter=3, max_eval=20, line_search_fn={search})\n"
        "def closure():\n    optimizer.zero_grad()\n    loss = ((w * 3).sum() + b - 2).square() + b ** 4\n"
        "    loss.backward()\n    return loss\noptimizer.step(closure)\n"
    )
    (step,) = events(trace, OptimizerStepped)
    assert len(step.parameters) == 2
    for part in step.parameters:
        known = {item.name: item.after for item in part.remembered}
        moved = known["t"].item() * known["d"].data
        np.testing.assert_allclose(part.before.data + moved, part.after.data, rtol=1e-5)


def test_the_event_travels():
    trace, _, _ = record(f"{START}optimizer = torch.optim.Rprop([w, b], lr=0.1){LOOP}")
    step = events(trace, OptimizerStepped)[0]
    (body,) = FrameReader().feed(encode(step))
    assert decode(body) == step


def test_a_loaded_state_is_what_the_next_step_found():
    trace, _, _ = record(
        f"{START}optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.5)\nsaved = None\nfor n in range(3):\n"
        "    optimizer.zero_grad()\n    (w * (n + 1)).sum().backward()\n"
        "    if n == 2:\n        optimizer.load_state_dict(saved)\n    optimizer.step()\n"
        "    if n == 0:\n        import copy\n        saved = copy.deepcopy(optimizer.state_dict())\n"
    )
    first, _, third = (events(trace, OptimizerStepped, number)[0].parameters[0] for number in range(3))
    assert third.remembered[0].before == first.remembered[0].after


def test_after_a_step_that_broke_off_the_state_is_looked_at_again():
    trace, _, _ = record(
        f"{START}optimizer = torch.optim.Adam([w], lr=0.1)\ndef closure():\n    w.sum().backward()\n"
        "for n in range(3):\n    optimizer.zero_grad()\n    w.sum().backward()\n"
        "    if n == 1:\n        try:\n            optimizer.step(lambda: 1 / 0)\n"
        "        except ZeroDivisionError:\n            pass\n    optimizer.step()\n"
    )
    steps = [events(trace, OptimizerStepped, number)[0].parameters[0] for number in range(3)]
    for earlier, later in pairwise(steps):
        assert [item.after for item in earlier.remembered] == [item.before for item in later.remembered]
