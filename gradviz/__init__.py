"""gradviz: see the graph that autograd builds, step its backward pass, watch it train.

A program may `import gradviz` for `log` and `show_plane`; this module loads nothing else of the application.
"""

__version__ = "0.1.0"


def log(name: str, value: object) -> None:
    """Add a point to the curve `name`: `value`, one number or a tensor of one element, at the pass that runs.

    Within gradviz the worker puts its recorder's own in this place. Anywhere else it does nothing.
    """


def show_plane(
    name: str,
    values: object,
    x: tuple[float, float],
    y: tuple[float, float],
    points: object = None,
    labels: object = None,
) -> None:
    """Show where `values` are above 0 and where below, over a plane: the decision boundary of a model, live.

    `values`: a tensor (rows, columns) of one number for each place, rows from the lowest y to the highest, columns from
    the lowest x to the highest. `x`, `y`: the lowest and highest number of each axis. `points` (n, 2) and their whole
    `labels` (n,) are drawn as marks. A picture of the same name takes the place of the one before.

    Within gradviz the worker puts its own in this place. Anywhere else it does nothing.
    """
