"""The NumPy engine's ops in the words of the trace."""

from __future__ import annotations

from ..engine.catalog import catalog
from ..trace.ops import OpInfo


def op_infos() -> tuple[OpInfo, ...]:
    """One record for each declared op, in the order of their declaration."""
    return tuple(
        OpInfo(
            op.name,
            op.symbol,
            op.group,
            op.title,
            op.code or "",
            op.node or "",
            tuple(name.rstrip("?*") for name in op.inputs),
            tuple(op.derivative.items()),
            tuple(op.vjp.items()),
            op.forward,
        )
        for op in catalog()
    )
