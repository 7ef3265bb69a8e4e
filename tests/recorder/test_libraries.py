"""What libraries do with a program's tensors, and layers that were made to be copied: not in the picture."""

import matplotlib

from gradviz.trace.events import OpRan, TensorMade
from tests.recorder.test_numpy_engine import events, record

matplotlib.use("Agg")

MAKING = "x = torch.linspace(0, 1, 3)\nw = torch.tensor(2.0, requires_grad=True)\ny = w * x\n"
PLOT = "import matplotlib.pyplot as plt\n" + MAKING
ENDING = "y.sum().backward()\n"


def ops_of(program):
    trace, _, _ = record(program)
    return [event.op for event in events(trace, OpRan)]


def test_a_plot_draws_no_cards():
    assert ops_of(PLOT + "plt.plot(x, y.detach())\nplt.close()\n" + ENDING) == ["mul", "detach", "sum"]


def test_what_the_program_iterates_itself_stays():
    assert ops_of(MAKING + "for each in x:\n    pass\n" + ENDING) == ["mul", "unbind", "sum"]


def test_what_the_program_goes_on_from_stays():
    program = "import statistics\n" + MAKING + "half = statistics.median(x)\nz = half + 1\n" + ENDING
    ops = ops_of(program)
    assert ops[-2:] == ["add", "sum"]
    assert "unbind" in ops  # the median is one of its outputs


def test_what_a_variable_holds_stays():
    assert "unbind" in ops_of("import statistics\n" + MAKING + "half = statistics.median(x)\n" + ENDING)


def test_what_a_gradient_follows_stays():
    assert "sub" in ops_of("import colorsys\n" + MAKING + "colorsys.rgb_to_yiq(w, y, w)\n" + ENDING)


COPIES = """import copy
from torch import nn
layer = nn.Linear(2, 2)
{use}
layers = [copy.deepcopy(layer) for _ in range(2)]
layers[1](layers[0](torch.ones(1, 2))).sum().backward()
"""


def parameters_of(program):
    trace, _, _ = record(program)
    return [event.name for event in events(trace, TensorMade) if event.maker == "Parameter"]


def test_a_layer_that_was_only_copied_is_not_drawn():
    assert parameters_of(COPIES.format(use="")) == []


def test_a_layer_that_was_copied_and_used_is_drawn():
    assert parameters_of(COPIES.format(use="layer(torch.ones(1, 2))")) == ["layer.weight", "layer.bias"]


def test_a_layer_that_was_never_used_is_drawn():
    assert parameters_of("layer = torch.nn.Linear(2, 2)\n" + MAKING + ENDING) == ["layer.weight", "layer.bias"]


def test_a_layer_alone_is_drawn():
    assert len(parameters_of("import copy\nlayer = torch.nn.Linear(2, 2)\nother = copy.deepcopy(layer)")) == 2
