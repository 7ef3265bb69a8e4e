"""The declarations of all ops, one file per family; importing this package declares them."""

from . import arithmetic, comparison, in_place, indexing, linear_algebra, loss, pointwise, reduction, shape  # noqa: F401
