"""Programs in the worker under the PyTorch engine: figures, and errors in PyTorch's own words."""

from gradviz.trace.messages import FigureShown
from tests.supervisor.conftest import Runs


def test_figures_under_the_pytorch_engine():
    runs = Runs()
    try:
        runs.begin(
            "import torch, matplotlib.pyplot as plt\nx = torch.linspace(0, 1, 9)\nprint(x.shape)\n"
            "plt.plot(x, x**2)\nplt.show()\nprint(torch.__version__[:4])",
            engine="pytorch",
        )
        runs.finish(60)
        output = runs.supervisor.trace.output
        assert [type(item) is FigureShown for item in output] == [False, True, False]
        assert [item.text for item in output if not isinstance(item, FigureShown)] == ["torch.Size([9])\n", "2.13\n"]
    finally:
        runs.supervisor.shutdown()


def test_a_backward_without_a_graph_fails_in_pytorchs_words():
    runs = Runs()
    try:
        runs.begin("import torch\ntorch.ones(2).sum().backward()", engine="pytorch")
        assert runs.finish(60).exit_code == 1
        words = "element 0 of tensors does not require grad and does not have a grad_fn"
        assert runs.supervisor.trace.error.message == words
    finally:
        runs.supervisor.shutdown()


def test_tensors_made_in_inference_mode():
    runs = Runs()
    try:
        runs.begin(
            "import torch\nx = torch.ones(2, requires_grad=True)\nwith torch.inference_mode():\n    z = x * 2\n"
            "    z += 1\nprint(z, x.detach())\n(x * 3).sum().backward()\nprint(x.grad)",
            engine="pytorch",
        )
        assert runs.finish(60).exit_code == 0, runs.text("stderr")
        assert runs.text() == "tensor([3., 3.]) tensor([1., 1.])\ntensor([3., 3.])\n"
    finally:
        runs.supervisor.shutdown()
