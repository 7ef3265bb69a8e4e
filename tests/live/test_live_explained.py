"""Elements of gradients written out for runs of real PyTorch: its own gradients, our formulas, the same numbers."""

import numpy as np
import pytest

from gradviz.recorder.catalog import op_infos
from gradviz.recorder.pytorch import PyTorchRecorder
from gradviz.scene.formula import chain_rules
from gradviz.trace.messages import RunBegan
from gradviz.trace.trace import TraceBuilder
from tests.live.test_recorders import trace_of

PROGRAMS = {
    "layers": """
torch.manual_seed(0)
F = torch.nn.functional
W, b = torch.randn(3, 4, requires_grad=True), torch.zeros(3, requires_grad=True)
X = torch.randn(5, 4)
h = F.gelu(X @ W.T + b)
loss = F.cross_entropy(h, torch.tensor([0, 1, 2, 1, 0])) + F.softmax(h, 1)[0, 1] + F.mse_loss(h, torch.ones(5, 3))
loss.backward()
""",
    "pieces": """
x = torch.arange(1.0, 13.0).view(3, 4).requires_grad_()
a, b = x.split([1, 2])
c = torch.cat([a * 2, b.flip(0)])
d = torch.stack([c.max(dim=1).values, c.sum(1)]).std()
(d + c[1:].norm() + (x * x[0]).mean(0).prod() + x.cumsum(0).tanh().sum(1, keepdim=True).sum()).backward()
""",
    "images": """
torch.manual_seed(0)
w, k = torch.randn(2, 1, 2, 2, requires_grad=True), torch.randn(4, 3, requires_grad=True)
image = torch.nn.functional.conv2d(torch.randn(1, 1, 5, 5), w).relu().mean((2, 3))
rows = torch.nn.functional.embedding(torch.tensor([0, 2, 1, 2]), k)
(image.sum() + rows.norm() + (rows[0] @ rows[1]).exp()).backward()
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_elements_add_up_to_what_pytorch_sent(name):
    _, trace = trace_of("import torch\n" + PROGRAMS[name], PyTorchRecorder)
    history = trace.passes[-1].history
    builder = TraceBuilder()
    builder.add(RunBegan("pytorch", trace.program, "", op_infos()))
    shown = 0
    for node in history.runs:
        for rule in chain_rules(builder.trace, history, node, history.nodes[node].ran):
            product = rule.product
            if product is None:
                continue
            assert product.reason == "", (history.nodes[node].node.name, rule.title)
            shown += 1
            for index in np.ndindex(product.sent.shape):
                total = sum(slope * gradient for _, slope, gradient in product.element(index).slopes)
                assert total == pytest.approx(float(product.went[index]), rel=2e-4, abs=2e-5)
    assert shown >= 9
