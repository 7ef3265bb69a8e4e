"""Adding an op, as the engine's README tells it: the block that stands there, and one with a kernel of its own.

Each is declared in a fresh process, because a declaration is for good.
"""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
README = (ROOT / "gradviz" / "engine" / "README.md").read_text(encoding="utf-8")
WITH_A_KERNEL = '''
@formula
def bent(x, slope):
    """Return x where it is positive, else a multiple of its square."""
    return where(x > 0, x, slope * x * x)

op("bend", arguments="slope=0.5", group="pointwise", title="bent below zero", node="BendBackward0",
   forward="bent(self, slope)", vjp={"self": "where(self > 0, grad, 2 * slope * self * grad)"},
   names="bend", in_place=True, samples=[([1.5, -2.0],), ([[-0.5], [3.0]], {"slope": 2.0})])
'''
BEFORE = """
import json
from gradviz.engine import ops
from gradviz.engine.kernels import formula, kernel, where
from gradviz.engine.op import find, op
"""
AFTER = """
import gradviz.engine.torch as torch
from gradviz.recorder.catalog import op_infos
from tests.engine.jacobian import by_differences, by_rule
from tests.engine.samples import parts

declared = find(name)
jacobians = []
for sample in declared.samples:
    values, arguments = parts(declared, sample)
    for (position, index), found in by_rule(declared.function, values, arguments).items():
        wanted = by_differences(declared.function, values, arguments, position, index)
        jacobians.append([found.tolist(), wanted.tolist()])
tensors = [torch.tensor(each, requires_grad=True) for each in values]
result = getattr(torch, name)(*tensors, **arguments)
first = torch.autograd.grad(result.sum(), tensors[0], create_graph=True)[0]
second = torch.autograd.grad(first.sum(), tensors[0])[0]
changed = torch.tensor([-1.0, 3.0])
print(json.dumps({
    "jacobians": jacobians,
    "node": type(result.grad_fn).__name__,
    "method": torch.equal(getattr(tensors[0], name)(*tensors[1:], **arguments), result),
    "value": result.tolist(),
    "second": second.tolist(),
    "in place": getattr(changed, name + "_")().tolist() if hasattr(changed, name + "_") else None,
    "card": [[each.title, each.group] for each in op_infos() if each.name == name],
}))
"""


def added(block, name):
    """Return what a fresh process finds after the op `name` was declared there."""
    text = f"{BEFORE}{block}\nname = {name!r}\n{AFTER}"
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    found = json.loads(done.stdout)
    assert len(found["jacobians"]) > 1
    for by_rule, by_differences in found["jacobians"]:
        np.testing.assert_allclose(by_rule, by_differences, atol=1e-6, rtol=1e-5)
    assert found["method"]
    return found


def test_the_op_of_the_readme_works_when_it_is_added():
    block = textwrap.dedent(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1])
    # hypot itself is there; its kernel is the one that the block's forward calls
    block = block.replace('op("hypot"', 'op("diagonal_length"').replace('names="hypot"', 'names="diagonal_length"')
    found = added(block, "diagonal_length")
    assert found["node"] == "HypotBackward0"
    np.testing.assert_allclose(found["value"], np.hypot([3.0, 1.0], [4.0, 2.0]))
    np.testing.assert_allclose(found["second"], np.array([16.0, 4.0]) / np.hypot([3.0, 1.0], [4.0, 2.0]) ** 3)
    assert found["card"] == [["length of (a, b)", "pointwise"]]
    assert found["in place"] is None


def test_an_op_with_a_kernel_of_its_own_works_when_it_is_added():
    found = added(WITH_A_KERNEL, "bend")
    assert found["node"] == "BendBackward0"
    assert found["value"] == [[0.5], [3.0]]
    assert found["second"] == [[4.0], [0.0]]
    assert found["in place"] == [0.5, 3.0]
    assert found["card"] == [["bent below zero", "pointwise"]]
