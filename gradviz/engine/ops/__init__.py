"""The declarations of all ops, one file per family: importing them declares them and gives tensors backward()."""

from .. import backward  # noqa: F401
from . import (  # noqa: F401
    arithmetic,
    comparison,
    embedding,
    in_place,
    indexing,
    linear_algebra,
    loss,
    pointwise,
    reduction,
    shape,
)
