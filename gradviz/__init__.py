"""gradviz: see the graph that autograd builds, step its backward pass, watch it train.

A program may `import gradviz` for `gradviz.log`; this module loads nothing else of the application.
"""

__version__ = "0.1.0"


def log(name: str, value: object) -> None:
    """Add a point to the curve `name`: `value`, one number or a tensor of one element, at the pass that runs.

    Within gradviz the worker puts its recorder's own in this place. Anywhere else it does nothing.
    """
