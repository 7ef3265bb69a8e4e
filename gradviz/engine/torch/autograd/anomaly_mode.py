"""torch.autograd.detect_anomaly and set_detect_anomaly."""

from __future__ import annotations

import warnings
from typing import Any

from gradviz.engine import anomaly, switching
from gradviz.engine.names import missing, shown_as
from gradviz.engine.node import number


def switch(mode: bool, check_nan: bool) -> None:
    """Turn anomaly detection on or off."""
    anomaly.on, anomaly.check_nan = mode, check_nan
    switching.rebind("number", anomaly.noted_number if mode else number)


class set_detect_anomaly:  # noqa: N801 - PyTorch's name
    """Turn anomaly detection on or off: at once when called, set back at the end of a `with`."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.before = anomaly.on, anomaly.check_nan
        switch(mode, check_nan)

    def __enter__(self) -> None:
        """Nothing: it is set already."""

    def __exit__(self, *_: object) -> None:
        switch(*self.before)


class detect_anomaly:  # noqa: N801 - PyTorch's name
    """Inside, a backward pass that fails or gives nan says which line of the forward pass is to blame."""

    def __init__(self, check_nan: bool = True) -> None:
        self.check_nan = check_nan
        self.before = anomaly.on, anomaly.check_nan
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            stacklevel=2,
        )

    def __enter__(self) -> None:
        self.before = anomaly.on, anomaly.check_nan
        switch(True, self.check_nan)

    def __exit__(self, *_: object) -> None:
        switch(*self.before)


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.anomaly_mode", name)


shown_as("torch.autograd.anomaly_mode", set_detect_anomaly, detect_anomaly)
__all__ = ["detect_anomaly", "set_detect_anomaly"]
