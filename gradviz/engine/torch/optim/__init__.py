"""What programs see as `torch.optim`."""

from __future__ import annotations

import importlib
from typing import Any

from gradviz.engine.names import missing, shown_as
from gradviz.engine.torch.optim.adadelta import Adadelta
from gradviz.engine.torch.optim.adagrad import Adagrad
from gradviz.engine.torch.optim.adam import Adam
from gradviz.engine.torch.optim.adamax import Adamax
from gradviz.engine.torch.optim.adamw import AdamW
from gradviz.engine.torch.optim.asgd import ASGD
from gradviz.engine.torch.optim.lbfgs import LBFGS
from gradviz.engine.torch.optim.nadam import NAdam
from gradviz.engine.torch.optim.optimizer import Optimizer
from gradviz.engine.torch.optim.radam import RAdam
from gradviz.engine.torch.optim.rmsprop import RMSprop
from gradviz.engine.torch.optim.rprop import Rprop
from gradviz.engine.torch.optim.sgd import SGD

OPTIMIZERS = (SGD, Adam, AdamW, NAdam, RAdam, Adagrad, Adadelta, RMSprop, Adamax, Rprop, ASGD, LBFGS, Optimizer)

for _each in OPTIMIZERS:
    shown_as(f"torch.optim.{_each.__name__.lower()}", _each)


def __getattr__(name: str) -> Any:
    if name in ("lr_scheduler", "swa_utils"):
        return importlib.import_module(f"{__name__}.{name}")
    raise missing("torch.optim", name)


__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
]
