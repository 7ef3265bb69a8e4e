"""Comparisons with real PyTorch in the same process, collected only where it can be imported: nothing is skipped.

Real torch is `import torch`; ours is `from gradviz.engine import torch as gv_torch`.
"""

import importlib.util

import pytest

collect_ignore_glob = [] if importlib.util.find_spec("torch") else ["test_*.py"]


@pytest.fixture(autouse=True)
def default_device():
    """PyTorch keeps a default device for the whole process; while there is one, some functions lose arguments.

    `F.l1_loss(x, y, weight=w)` is one of these: it forgets the weights.
    """
    yield
    import torch

    torch.set_default_device(None)
