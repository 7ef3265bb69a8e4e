"""The part of a tensor that few tensors need, kept apart so that the others stay small."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .tensor import Tensor


class Rare:
    """What few tensors have: a base they are a view of, views of their own, a gradient kept by hand, hooks."""

    # Defaults of the class: to make one costs nothing then.
    base: Tensor | None = None
    born = "tracked"  # how a view was made: "tracked", "no_grad" or "many" (one of several outputs)
    grad: Tensor | None = None
    copied = False  # whether a deep copy was made of it, noted while someone watches
    owner: weakref.ref[Tensor] | None = None  # the leaf whose .grad this is, noted while someone watches
    retains = False
    seen = 0  # the version at which a view's place in the graph was last known to be right
    views: list[weakref.ref[Tensor]] | None = None
