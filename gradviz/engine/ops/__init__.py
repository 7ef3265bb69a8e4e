"""The declarations of all ops, one file per family; importing this package declares them."""

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
