"""What programs see as `torch.optim`."""

from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.torch.optim.adam import Adam, AdamW
from gradviz.engine.torch.optim.optimizer import Optimizer
from gradviz.engine.torch.optim.sgd import SGD


def __getattr__(name: str) -> Any:
    raise missing("torch.optim", name)


__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
