"""The NumPy engine's ops in the words of the trace."""

from __future__ import annotations

from ..trace.ops import OpInfo


def op_infos() -> tuple[OpInfo, ...]:
    """One record for each declared op, in the order of their declaration."""
    return ()
