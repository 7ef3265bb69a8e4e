from types import SimpleNamespace

import numpy as np

from gradviz.recorder import records
from gradviz.recorder.frames import Frames
from gradviz.recorder.leaf_names import LeafNames
from tests.grouped import ran


class Leaf:
    pass


def test_the_record_is_walked_once_for_all_leaves(monkeypatch):
    leaves = [Leaf() for _ in range(600)]
    nobody = SimpleNamespace(
        parameter_name=lambda *_: None, variable_name=lambda *_: None, name_of=lambda _: None, leaf_names={}
    )
    raw, values = [], [np.float32(1)] * 600
    for at, leaf in enumerate(leaves[:-1]):
        raw += [records.MADE, leaf, None, "tensor", f"w{at}", None]
    names = LeafNames(nobody, nobody, SimpleNamespace(names=lambda chain: [chain]), Frames("program.py", ("", "")))
    walks, walk = [], records.records
    monkeypatch.setattr(records, "records", lambda *given: walks.append(1) or walk(*given))
    shape = names.shape(leaves, values, raw)
    assert [key.leaf for key in shape.keys if key.kind == "value"] == [*(f"w{at}" for at in range(599)), "leaf"]
    assert names.shape(leaves, values, raw) is shape
    assert len(walks) == 1


AGAIN = """\
import torch
def train():
    w = torch.tensor(1., requires_grad=True)
    for step in range(100):
        (w * w).backward()
        with torch.no_grad():
            w -= 0.01 * w.grad
        w.grad = None
train()
train()
"""


def test_a_leaf_made_in_a_pass_that_was_not_kept_has_its_name():
    """Nothing but the curves looked at it when its variable was to be seen."""
    trace = ran(AGAIN)
    assert not any(item.number == 100 for item in trace.passes)
    assert [state.name for state in trace.passes[-1].carried.tensors] == ["w"]
