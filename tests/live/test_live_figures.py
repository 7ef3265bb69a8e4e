"""A figure of tensors of real PyTorch is shown as well."""

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
