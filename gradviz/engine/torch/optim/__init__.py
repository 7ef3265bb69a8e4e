"""What programs see as `torch.optim`."""

from typing import Any

from gradviz.engine.names import missing, shown_as
from gradviz.engine.torch.optim.adam import Adam, AdamW
from gradviz.engine.torch.optim.optimizer import Optimizer
from gradviz.engine.torch.optim.sgd import SGD

shown_as("torch.optim.sgd", SGD)
shown_as("torch.optim.adam", Adam)
shown_as("torch.optim.adamw", AdamW)
shown_as("torch.optim.optimizer", Optimizer)


def __getattr__(name: str) -> Any:
    raise missing("torch.optim", name)


__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
