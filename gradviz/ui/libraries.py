"""The system libraries that Qt needs on Linux, asked for by name before Qt starts.

Qt reports any missing library as a fault of its own plug-in (usually "xcb-cursor0 is needed", whichever it is), which
sends people after the wrong package. Loading each one here first lets us name the right one and the line that
installs it. Standard library only: packaging/dev.py calls this before anything is installed.
"""

import ctypes
import sys

# soname → Debian and Ubuntu package. The names renamed in 2024 (libglib2.0-0t64) still answer to the old ones.
ANY_DISPLAY = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """The packages whose library the loader does not find, in the order given; empty where this is not Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in libraries.items() if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_line(packages: list[str]) -> str:
    """The command that installs the packages on Debian and Ubuntu."""
    return "sudo apt install " + " ".join(packages)
