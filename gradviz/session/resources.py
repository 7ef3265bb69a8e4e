"""Where the files that are not Python lie: lessons, icons, fonts.

In a checkout, and in an editable install of it, they are in `resources/` beside the package; the wheel and the
stand-alone app carry them inside the package as `_resources/`. Everybody else asks here and need not know.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The path of a file or folder by its name below `resources/`, such as "lessons" or "icons/gradviz.svg".

    Raises FileNotFoundError, naming what is missing, when the installation lacks it.
    """
    for folder in (PACKAGE / "_resources", PACKAGE.parent / "resources"):
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(f"gradviz is not installed completely: {name} is missing from its resources")
