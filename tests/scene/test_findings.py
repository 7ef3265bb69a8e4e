"""Failures recognised from the record: in each program that has one, in none that has not."""

import re
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gradviz.scene.findings import FAILURES, Evidence, findings_in, findings_of
from gradviz.scene.findings.rates import runs_of, turning, zigzag
from gradviz.scene.findings.swings import regular, widening
from gradviz.trace.curves import Curves
from gradviz.trace.messages import CurveKey, CurvesExtended
from gradviz.trace.passes import Pass
from gradviz.trace.trace import TraceBuilder
from tests.failing import FAILING, SOUND
from tests.in_process import ran_here

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "resources/lessons").glob("*.py"))
TEACHING = sorted((ROOT / "tests/programs/teaching").glob("*.py"))
KNOWN = {
    "optimisers_compared": {"diverges", "breaks"},  # plain SGD with lr=0.05 leaves Rosenbrock's valley for good
    "16_learning_rates": {"zigzags"},  # its last rate
    "20_never_cleared": {"never_cleared"},
    "21_diverges": {"diverges"},
    "22_zigzags": {"zigzags"},
    "23_swings_grow": {"swings"},
    "24_dead_relu": {"dead_relu"},
    "25_partly_dead": {"partly_dead"},
    "26_vanishing": {"vanishes"},
    "27_no_gradient": {"never_reached"},
    "28_passed_over": {"replaced"},
    "29_not_a_number": {"breaks"},
}
"""Programs for teaching that do go wrong, on purpose or not."""
TOLD = [
    (ROOT / "resources/lessons/23_swings_grow.py", "each swing is 1.08 times as wide as the last",
     r"From pass 1 to 31 y went back in every pass.* each swing was 1\.08 times as wide as the last"),
    (ROOT / "resources/lessons/25_partly_dead.py", "4 of the 8 units",
     r"4 of its 8 units \(50 %\) gave 0 for each of 250 samples"),
    (ROOT / "resources/lessons/28_passed_over.py", "A `b` made later is another one",
     r"SGD was given the b of line 30, which .* None at each of \d\d recorded steps\. The b of line 32 is another"),
]  # fmt: skip
"""Lesson, what it says of the note, and what the note says."""


@cache
def ran(program):
    """Two tests look at most of them."""
    return ran_here(program)


def found_in(program):
    trace = ran(program)
    return findings_of(trace)


@pytest.mark.parametrize("name", FAILING)
def test_each_failure_is_found_at_its_line(name):
    program, failure, line = FAILING[name]
    found = [each for each in found_in(program) if each.failure.id == failure]
    assert [(each.failure.id, each.sight.line) for each in found] == [(failure, line)]
    trace, sight = ran(program), found[0].sight
    item = trace.find_pass(sight.cursor.number)
    assert item.number == sight.cursor.number
    assert 0 <= sight.cursor.step <= item.history.steps
    keys = {f"t{key}" for key in item.history.tensors} | {f"o{key}" for key in item.history.ops}
    assert sight.card in keys


@pytest.mark.parametrize("name", FAILING)
def test_nothing_else_is_said_of_it(name):
    program, failure, _ = FAILING[name]
    follows = {"diverges": {"diverges", "breaks"}}.get(failure, {failure})
    assert {each.failure.id for each in found_in(program)} <= follows


@pytest.mark.parametrize("name", SOUND)
def test_no_alarm_where_it_only_looks_so(name):
    assert [each.sentence for each in found_in(SOUND[name])] == []


@pytest.mark.parametrize("path", [*LESSONS, *TEACHING], ids=lambda path: path.stem)
def test_no_alarm_in_lessons_and_teaching_programs(path):
    found = findings_of(ran_here(path.read_text(encoding="utf-8")))
    assert {each.failure.id for each in found} == KNOWN.get(path.stem, set())


@pytest.mark.parametrize(("path", "said", "proof"), TOLD, ids=lambda each: getattr(each, "stem", None))
def test_a_lesson_tells_what_the_note_beside_it_tells(path, said, proof):
    """Its opening words name the numbers, whatever passes this machine has kept."""
    source = path.read_text(encoding="utf-8")
    opening = " ".join(source.split("\n\n", 1)[0].replace("#", "").split())
    (found,) = findings_of(ran_here(source))
    assert said in opening
    assert re.search(proof, found.sentence)


def test_the_leaf_that_swings_is_shown_though_another_was_moved_before_it():
    trace = ran_here(TOLD[0][0].read_text(encoding="utf-8"))
    (found,) = findings_of(trace)
    item = trace.find_pass(found.sight.cursor.number)
    assert item.history.tensors[int(found.sight.card.removeprefix("t"))].name == "y"
    assert item.events[found.sight.cursor.step - 1].after.data == pytest.approx(-0.054)


def test_every_sort_has_a_program_and_a_sentence():
    assert {failure for _, failure, _ in FAILING.values()} == {failure.id for failure in FAILURES}
    for failure in FAILURES:
        assert re.fullmatch(r"[A-Z].*[^.]", failure.title)
        assert re.fullmatch(r"[A-Z].*\.", failure.advice)


def test_the_numbers_that_prove_it():
    """Of the parabola (x − 1)² from 4: worked out by hand."""
    slopes = [2 * (4 - 1)]
    slopes.append(2 * (4 - 0.1 * slopes[0] - 1))
    (found,) = found_in(FAILING["never cleared by hand"][0])
    assert f"x.grad became {slopes[0]:.4f} + {slopes[1]:.4f} = {sum(slopes):.4f}" in found.sentence
    (found,) = found_in(FAILING["zigzags"][0])
    at = [1 + 3 * (1 - 2 * 0.98) ** step for step in range(4)]
    assert ", ".join(f"{x:.4g}".replace("-", "−") for x in at[1:]) in found.sentence
    assert "each step 0.96 times as long" in found.sentence
    (found,) = found_in(FAILING["vanishes for one number"][0])
    slope, y = 1.0, 0.5
    for _ in range(20):
        y = 1 / (1 + np.exp(-y))
        slope *= y * (1 - y)
    assert f"to {slope:.1e} behind the first".replace("-", "−") in found.sentence


def test_a_swing_is_told_long_before_the_loss_has_grown():
    """Of the parabola (x − 1)² from 4 with the rate 1.02: each step is −1.04 times the one before."""
    (found,) = found_in(FAILING["swings ever wider"][0])
    at = [1 + 3 * (-1.04) ** step for step in range(4)]
    assert ", ".join(f"{x:.4g}".replace("-", "−") for x in at[1:]) in found.sentence
    assert "each swing was 1.04 times as wide as the last" in found.sentence
    early = found_in(FAILING["swings ever wider"][0].replace("range(40)", "range(13)"))
    assert [each.failure.id for each in early] == ["swings"], "a dozen passes are enough"
    late = found_in(FAILING["swings ever wider"][0].replace("range(40)", "range(120)"))
    assert [each.failure.id for each in late] == ["diverges"], "and when it has grown, that is said instead"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([2000, 2999], "From pass 2,001 on the loss is NaN."),
        ([2000], "In pass 2,001 the loss is NaN."),
    ],
)
def test_of_a_pass_that_was_not_kept_it_is_said_how_to_see_it(bad, said):
    losses = np.ones((3000, 1))
    losses[bad[0] : bad[-1] + 1] = np.nan
    builder = TraceBuilder()
    builder.add(CurvesExtended(0, (CurveKey("loss"),), losses))
    (found,) = findings_of(builder.trace)
    assert f"{said} That pass was not kept whole; run the program again, and it will be." in found.sentence


def test_noise_does_not_swing_by_chance():
    steps = np.random.default_rng(0).standard_normal(1_000_000)
    for values in (steps, np.cumsum(steps), np.cumsum(steps * (-1.0) ** np.arange(len(steps)))):
        assert list(regular(*widening(values))) == []


@pytest.mark.parametrize(
    ("factor", "passes", "is_found"),
    [(-1.04, 12, True), (-1.04, 11, False), (-1.01, 40, False), (-2.0, 12, True), (1.1, 40, False), (-6.0, 12, False)],
)
def test_a_swing_grows_in_every_pass_for_long_enough(factor, passes, is_found):
    found = list(regular(*widening(1 + 3.0 * factor ** np.arange(passes))))
    assert bool(found) == is_found


def test_the_share_of_units_that_are_dead():
    (found,) = found_in(FAILING["dead in part"][0])
    assert "3 of its 8 units (38 %) gave 0 for each of 200 samples: numbers 1, 2, 3." in found.sentence
    trace = ran(FAILING["dead in part"][0])
    item = trace.find_pass(found.sight.cursor.number)
    (relu,) = [op for _, op in item.history.ops.values() if op.op == "relu"]
    assert not relu.outputs[0].value.data[:, :3].any()
    assert relu.outputs[0].value.data[:, 3:].any(axis=0).all()
    few = FAILING["dead in part"][0]
    (found,) = found_in(few.replace("range(30)", "range(12)"))
    assert "In the last 10 kept passes, up to pass 12, 3 of its 8 units" in found.sentence, "what a fast run keeps"
    (found,) = found_in(few.replace("X = torch.randn(20, 8)", "X = torch.randn(12, 8)"))
    assert "In the last 17 kept passes" in found.sentence, "smaller batches need more passes"
    (found,) = found_in(FAILING["dead channels"][0])
    assert "2 of its 4 units (50 %)" in found.sentence
    assert "numbers 2, 3." in found.sentence


def test_what_an_optimizer_passes_over_is_told_with_its_steps():
    (found,) = found_in(FAILING["given to the optimizer and used nowhere"][0])
    # How many of the 30 passes are kept whole hangs on the machine.
    assert re.search(
        r"spare is one of the parameters of SGD, but spare\.grad was None at each of its \d\d recorded steps, in which"
        r" 2 others were moved: no line uses spare\.", found.sentence,
    )  # fmt: skip
    (found,) = found_in(FAILING["given to the optimizer and used without a gradient"][0])
    assert "its path to the loss ends at mul in line 8" in found.sentence


def test_what_took_the_place_of_a_parameter_is_named_with_its_line():
    (found,) = found_in(FAILING["replaced after the optimizer"][0])
    assert "SGD was given the b of line 3, which is used no more" in found.sentence
    assert "The b of line 5 is another tensor." in found.sentence
    trace = ran(FAILING["replaced after the optimizer"][0])
    (new,) = [each for each in trace.find_pass(9).carried.tensors if found.sight.card == f"t{each.tensor}"]
    assert (new.name, new.value.data, new.version) == ("b", 5, 0), "as it was made"
    assert new.gradient.data
    (found,) = found_in(FAILING["a last layer that is replaced after the optimizer"][0])
    assert "SGD was given a tensor of line 5, which is used no more" in found.sentence
    assert "The model.2.weight of line 7 is another tensor." in found.sentence
    assert "The same holds for 1 other parameter." in found.sentence


def test_reads_each_pass_once_and_forgets_the_run_before():
    trace = ran(FAILING["never cleared by hand"][0])
    evidence = Evidence()
    evidence.follow(trace)
    assert not evidence.read(1)
    assert not evidence.passes, "a pass that was read in part says nothing yet"
    while not evidence.passes:
        assert not evidence.read(2)
    assert len(evidence.passes) == 1
    assert evidence.read(10**6)
    known = evidence.passes[3]
    evidence.follow(trace)
    assert evidence.read(0)
    assert evidence.passes[3] is known
    assert findings_in(evidence) == findings_of(trace)
    evidence.follow(ran(FAILING["zigzags"][0]))
    assert not evidence.passes


def test_an_empty_run_has_none():
    assert findings_of(TraceBuilder().trace) == ()


def test_a_curve_of_a_million_passes_is_read_once():
    """What was looked at and is clear is not looked at again, and a divergence after it is found all the same."""
    head = FAILING["diverges"][0]
    trace = ran(head)
    key = CurveKey("loss")
    noise = 1 + np.random.default_rng(0).random((1_000_000, 1))
    long = Curves().extended(CurvesExtended(0, (key,), noise))
    evidence = Evidence()
    evidence.follow(replace(trace, curves=long, passes=()))
    assert findings_in(evidence) == ()
    assert evidence.clear_until[key] > 999_900
    began = time.process_time()
    for _ in range(10):
        findings_in(evidence)
    assert time.process_time() - began < 0.5, "50 ms a look at most, of which nearly all is the search for NaN"
    rows = np.array([[1.5 * 1.4**step, 1.4**step] for step in range(60)])
    grown = long.extended(CurvesExtended(1_000_000, (key, CurveKey("gradient", "x")), rows))
    moved = [replace_number(item, 1_000_000 + item.number) for item in trace.passes]
    evidence.follow(replace(trace, curves=grown, passes=tuple(moved)))
    evidence.read(10**6)
    (found,) = findings_in(evidence)
    assert found.failure.id == "diverges"
    assert found.sight.marked > 999_990, "noise may have risen just before"


def replace_number(item, number):
    return Pass(number, item.carried, item.events)


def test_stretches():
    assert list(runs_of(np.array([True, True, False, True]))) == [(0, 2), (3, 4)]
    assert list(runs_of(np.array([], bool))) == []


@pytest.mark.parametrize(
    ("factor", "is_found"), [(-0.95, True), (-1.0, True), (-0.7, False), (0.95, False), (-1.3, False)]
)
def test_a_zigzag_turns_in_every_step_and_hardly_shrinks(factor, is_found):
    values = 1 + 3.0 * factor ** np.arange(30)
    found = zigzag(*turning(values))
    assert (found is not None) == is_found
    if found is not None:
        assert found == (0, 28 + 1, pytest.approx(abs(factor)))
