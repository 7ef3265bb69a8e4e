"""Entry of the app: `gradviz`, `python -m gradviz`, and the worker of a frozen app.

Which one it is, is decided before anything heavy is imported: a worker and the command line never load Qt.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Be a worker, do a command, or open the window; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--worker"]:
        from .worker.__main__ import main as work

        work()
    from . import cli

    wanted, file = cli.window_file(arguments)
    if not wanted:
        return cli.main(arguments)
    from .ui.app import main as open_window

    return open_window(file)


if __name__ == "__main__":
    sys.exit(main())
