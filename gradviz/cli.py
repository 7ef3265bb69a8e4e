"""The command line: everything that needs no window. It works where Qt cannot be imported.

The commands are in `build_parser`; each is a function below that returns the exit code.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from . import __version__
from .session.document import DocumentError, read_document
from .session.folding import GROUPINGS
from .session.lessons import lessons
from .session.saving import write_file
from .session.settings import GRAPHS
from .supervisor import Run
from .supervisor.supervisor import Supervisor
from .trace import storage
from .trace.codec import TraceError
from .trace.messages import Message, RunEnded, TextPrinted
from .trace.query import Cursor, end_of, state_at
from .trace.trace import Trace

ENGINES = ("numpy", "pytorch")

WRONG_USE = 2
"""Exit code where the command itself makes no sense, as argparse has it."""

INTERRUPTED = 130

PROGRAM_SUFFIXES = (".py", ".ipynb")


class CommandError(Exception):
    """Why a command cannot be done, in words."""


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    parser = argparse.ArgumentParser(
        prog="gradviz",
        description="See the graph autograd builds for a PyTorch program, step its backward pass, watch it train.",
        epilog="`gradviz FILE` is short for `gradviz open FILE`; `gradviz` alone opens the file that was open "
        "last, or the first lesson.",
    )
    parser.add_argument("--version", action="version", version=f"gradviz {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    command = commands.add_parser("open", help="open the window")
    command.add_argument("file", nargs="?", help="a program (.py or .ipynb)")

    command = commands.add_parser("run", help="run a program; prints what it prints, with its exit code")
    _add_run_options(command)
    command.add_argument("file", help="a program (.py or .ipynb)")
    command.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="for the program; what follows -- is never taken as an option here"
    )
    command.set_defaults(do=run)

    command = commands.add_parser("export", help="draw the graph, or write the curves, of a program or a stored trace")
    command.add_argument("file", help="a program (.py or .ipynb) or a trace that `run --trace` kept")
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="ends in .svg, .png, .dot or .json, or .csv for curves"
    )
    command.add_argument("--curves", action="store_true", help="the curves of all passes: .csv, .svg or .png")
    command.add_argument("--log", action="store_true", help="curves on a logarithmic axis")
    command.add_argument("--smoothing", type=int, default=1, metavar="N", help="curves as the mean of N passes")
    command.add_argument("--factor", type=float, default=0.0, metavar="F",
                         help="curves smoothed exponentially: each pass counts F of the one after it (0 to 0.999)")
    command.add_argument("--step", type=int, help="events since the pass began; the end of the pass by default")
    command.add_argument("--pass", type=int, dest="number", metavar="N", help="counted from 1; the last by default")
    command.add_argument("--theme", choices=("light", "dark"), default="light")
    command.add_argument(
        "--group", choices=tuple(GROUPINGS), default="nothing", help="make one card of each; auto: in large graphs only"
    )
    command.add_argument(
        "--graph", choices=tuple(GRAPHS), default="both", help="values (forward), grad_fn nodes (backward), or both"
    )
    command.add_argument("--engine", choices=ENGINES, default="numpy", help="what `import torch` gives")
    command.set_defaults(do=export)

    command = commands.add_parser("lessons", help="list the lessons, or print one")
    command.add_argument("name", nargs="?", help="a name from the list")
    command.set_defaults(do=print_lessons)
    return parser


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trace", metavar="OUT", help="keep the trace of the run in this file")
    parser.add_argument("--engine", choices=ENGINES, default="numpy", help="what `import torch` gives")


def main(arguments: Sequence[str]) -> int:
    """Do one command and return its exit code. The window is not opened here: `window_file` says whether to."""
    options = build_parser().parse_args(arguments)
    do: Callable[[argparse.Namespace], int] = options.do
    try:
        return do(options)
    except (CommandError, DocumentError, TraceError) as error:
        print(f"gradviz: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED


def window_file(arguments: Sequence[str]) -> tuple[bool, str | None]:
    """Whether these arguments ask for the window, and for which file."""
    if not arguments:
        return True, None
    first = arguments[0]
    if first == "open":
        return True, build_parser().parse_args(arguments).file
    if first.startswith("-") or first in ("run", "export", "lessons"):
        return False, None
    return True, build_parser().parse_args(["open", *arguments]).file


def run(options: argparse.Namespace) -> int:
    """Run a program as `python FILE` would."""
    # Options of ours may also stand behind the file, as people type them; `--` ends them.
    ours = argparse.ArgumentParser(prog="gradviz run", add_help=False, allow_abbrev=False)
    _add_run_options(ours)
    ours.set_defaults(trace=options.trace, engine=options.engine)
    given = options.arguments
    end = given.index("--") if "--" in given else len(given)
    options, others = ours.parse_known_args(given[:end], argparse.Namespace(file=options.file))
    # Without a trace to keep, nothing is recorded: the program runs as fast as the engine can.
    rest = tuple(others + given[end + 1 :])
    trace, code = _run(options.file, options.engine, rest, _printer(), recorded=bool(options.trace))
    if options.trace:
        _write(options.trace, storage.trace_bytes(trace))
    return code


def export(options: argparse.Namespace) -> int:
    """Draw the graph at a step, or write the curves."""
    from .export import THEMES, Options, format_for

    if options.curves or Path(options.output).suffix.lower() == ".csv":
        return export_curves(options)
    try:
        chosen = format_for(options.output)
    except ValueError as error:
        raise CommandError(str(error)) from error
    # People count passes from 1, the record from 0.
    number = None if options.number is None else options.number - 1
    code = 0
    if Path(options.file).suffix in PROGRAM_SUFFIXES:
        keep = () if number is None else (number,)
        trace, code = _run(options.file, options.engine, (), _printer(("stderr",)), keep)
    else:
        trace = storage.trace_from(_read(options.file))
    if not trace.passes:
        raise CommandError("there is no graph to draw: the program made no tensor")
    if number is not None and (kept := trace.find_pass(number)) and kept.number != number:
        if not 0 <= number < trace.pass_count:
            raise CommandError(f"there is no pass {options.number}: the run has passes 1 to {trace.pass_count}")
        raise CommandError(f"pass {options.number} was not kept whole; the nearest that was is {kept.number + 1}")
    cursor = end_of(trace, number)
    if options.step is not None:
        if not 0 <= options.step <= cursor.step:
            here = f"pass {cursor.number + 1} has steps 0 to {cursor.step}"
            raise CommandError(f"there is no step {options.step}: {here}")
        cursor = Cursor(cursor.number, options.step)
    state = state_at(trace, cursor)
    assert state is not None, "a trace with passes has a state"
    try:
        data = chosen.write(state, THEMES[options.theme], trace, Options(grouping=options.group, graph=options.graph))
    except ImportError as error:
        raise CommandError(f".{chosen.suffix} needs Qt, which cannot be loaded here: {error}") from error
    _write(options.output, data)
    return code


def export_curves(options: argparse.Namespace) -> int:
    """Write the curves of a program or of a stored trace."""
    from .export import THEMES, Manner, curve_format_for

    try:
        chosen = curve_format_for(options.output)
        code = 0
        if Path(options.file).suffix in PROGRAM_SUFFIXES:
            trace, code = _run(options.file, options.engine, (), _printer(("stderr",)))
        else:
            trace = storage.trace_from(_read(options.file))
        if not trace.curves.length:
            raise CommandError("there are no curves: the program never called backward()")
        manner = Manner(options.log, smoothing=max(1, options.smoothing), factor=min(0.999, max(0.0, options.factor)))
        data = chosen.write(trace, THEMES[options.theme], manner)
    except ValueError as error:
        raise CommandError(str(error)) from error
    except ImportError as error:
        raise CommandError(f".{chosen.suffix} needs Qt, which cannot be loaded here: {error}") from error
    _write(options.output, data)
    return code


def print_lessons(options: argparse.Namespace) -> int:
    """List the lessons, or print the program of one."""
    found = lessons()
    if options.name is None:
        width = max(len(lesson.slug) for lesson in found)
        group = ""
        for lesson in found:
            if lesson.group != group:
                print(f"{'' if not group else chr(10)}{lesson.group}")
                group = lesson.group
            print(f"{lesson.order:2}  {lesson.slug:<{width}}  {lesson.title}")
        return 0
    for lesson in found:
        if options.name in (lesson.slug, str(lesson.order)):
            print(lesson.source(), end="")
            return 0
    raise CommandError(f"there is no lesson “{options.name}”; `gradviz lessons` lists them")


def _run(
    file: str,
    engine: str,
    arguments: tuple[str, ...],
    show: Callable[[Message], bool],
    keep: tuple[int, ...] = (),
    recorded: bool = True,
) -> tuple[Trace, int]:
    """Run a program to its end; returns what was recorded and its exit code."""
    path = Path(file).absolute()
    ended = threading.Event()
    deaf = threading.Event()

    def listen(message: Message) -> None:
        if not deaf.is_set() and not show(message):
            deaf.set()  # Nobody reads what we print any more: the program has no reason to go on.
            supervisor.stop()
        if isinstance(message, RunEnded):
            ended.set()

    supervisor = Supervisor(listen=listen)
    try:
        supervisor.run(
            Run(
                read_document(path).text,
                str(path),
                str(path.parent),
                arguments,
                engine,
                live=False,
                keep=keep,
                working_directory=os.getcwd(),
                command_name=file,
                recorded=recorded,
            )
        )
        try:
            _wait(ended)
        except KeyboardInterrupt:
            supervisor.stop()
            _wait(ended)
        trace = supervisor.trace
    finally:
        supervisor.shutdown()
    if supervisor.failure:
        print(f"gradviz: {supervisor.failure}", file=sys.stderr)
    assert trace.ended is not None, "every run ends"
    code = trace.ended.exit_code
    return trace, code if code >= 0 else 128 - code


def _wait(event: threading.Event) -> None:
    while not event.wait(0.5):  # bounded, so that Ctrl+C gets through on every system
        pass


def _printer(streams: tuple[str, ...] = ("stdout", "stderr")) -> Callable[[Message], bool]:
    """Writes the program's text to our own streams, byte for byte; False once there is no reader."""

    def show(message: Message) -> bool:
        if isinstance(message, TextPrinted) and message.stream in streams:
            stream = sys.stdout if message.stream == "stdout" else sys.stderr
            try:
                stream.buffer.write(message.text.encode("utf-8", "surrogateescape"))
                stream.buffer.flush()
            except BrokenPipeError:
                # Python flushes once more at its end; that must not fail as well.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
                return False
        return True

    return show


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} could not be read: {error.strerror or error}") from error


def _write(path: str, data: bytes) -> None:
    try:
        write_file(Path(path), data)
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror or error}") from error
