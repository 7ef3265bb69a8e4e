"""A run as one file, to be opened again without being run: a zip with the program, a card, and the record itself.

The record is the messages of `trace.codec`, plain data, so opening a file runs nothing. What comes from
outside may be torn or hostile: sizes are bounded before anything is unpacked, and the record is read once with the
check that recorders are held to before anybody looks at it.
"""

from __future__ import annotations

import ast
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..trace import codec
from ..trace.check import check
from ..trace.messages import CurvesExtended
from ..trace.storage import stored_messages
from ..trace.trace import Trace, TraceBuilder
from .document import DocumentError, tree_of
from .errand import Telling, untold
from .saving import write_file

SUFFIX = ".gradrun"
SCHEMA = 1
CARD, PROGRAM, RECORD = "run.json", "program.py", "trace"

LIMITS = {CARD: 100_000, PROGRAM: 5_000_000, RECORD: 400_000_000}
"""Bytes, unpacked. A run that is kept whole has 200 passes and a million numbers a curve at most."""
LARGEST_FILE = 200_000_000
PIECE = 1 << 20
"""Bytes that are unpacked at a time."""
UNPACKING = 0.4
"""How much of reading a file is unpacking it."""

DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, NotImplementedError, ValueError, LookupError,
    TypeError, AttributeError, ArithmeticError, MemoryError,
)  # fmt: skip
"""What zip files and records that were cut, altered or made by hand lead to."""


@dataclass(frozen=True, eq=False)
class StoredRun:
    """What a file holds. `seed` is the number that the program seeds torch with, None where it does not."""

    name: str
    trace: Trace
    seed: int | None = None

    @property
    def engine(self) -> str:
        return self.trace.began.engine if self.trace.began is not None else ""


def run_bytes(name: str, trace: Trace, tell: Telling = untold) -> bytes:
    """The content of the file. ValueError for a trace of no run."""
    if trace.began is None:
        raise ValueError("only a run that has begun can be saved")
    card = {"gradviz run": SCHEMA, "name": name, "engine": trace.began.engine, "seed": seed_of(trace.program)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(CARD, json.dumps(card, indent=1))
        archive.writestr(PROGRAM, trace.program)
        messages = list(stored_messages(trace))
        with archive.open(RECORD, "w") as record:
            for place, piece in enumerate(codec.write_trace(messages)):
                record.write(piece)
                tell(place / (len(messages) + 1))
    return file.getvalue()


def save_run(path: Path, name: str, trace: Trace, tell: Telling = untold) -> Path:
    """Write the file, wholly or not at all; returns its path. DocumentError in words where that fails."""
    try:
        write_file(path, run_bytes(name, trace, tell))
    except OSError as error:
        raise DocumentError(f"{path.name} could not be saved: {error.strerror or error}.") from error
    return path


def open_run(path: Path, tell: Telling = untold) -> StoredRun:
    """Read the file. DocumentError in words for what is no whole run."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DocumentError(f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB, which no saved run is.")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path.name} could not be opened: {error.strerror or error}.") from error
    return read_run(data, path.name, tell)


def read_run(data: bytes, name: str, tell: Telling = untold) -> StoredRun:
    """The run in a file's content; `name` is what messages call it."""
    if not data.startswith(b"PK"):
        raise DocumentError(f"{name} is not a run saved by gradviz.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {part: _unpacked(archive, part, tell) for part in LIMITS}
        card = json.loads(parts[CARD])
        schema = card["gradviz run"]
        if type(schema) is int and schema > SCHEMA:
            raise DocumentError(f"{name} was saved by a newer gradviz; this one cannot read it.")
        title, seed = card["name"], card["seed"]
        if type(title) is not str or schema != SCHEMA or not (seed is None or type(seed) is int):
            raise ValueError("not a card of ours")
        trace = _trace(parts[RECORD], tell)
        if trace.program != parts[PROGRAM].decode():
            raise ValueError("another program than the one that ran")
        return StoredRun(" ".join(title.split())[:60] or "run", trace, seed)
    except codec.TraceError as error:
        if "newer gradviz" in str(error):
            raise DocumentError(f"{name} was saved by a newer gradviz; this one cannot read it.") from error
        raise DocumentError(f"{name} is damaged: {error}.") from error
    except DAMAGE as error:
        raise DocumentError(f"{name} is torn or no whole run: it cannot be opened.") from error


def seed_of(program: str) -> int | None:
    """The number in the program's `torch.manual_seed(…)`."""
    tree = tree_of(program)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "manual_seed":
            seed = node.args[0] if node.args else None
            if isinstance(seed, ast.Constant) and type(seed.value) is int:
                return seed.value
    return None


def _unpacked(archive: zipfile.ZipFile, part: str, tell: Telling) -> bytes:
    """One part, of which no more is unpacked than a run can have: what a zip says of its sizes may be a lie."""
    expected = max(1, archive.getinfo(part).file_size)
    data = bytearray()
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            data += piece
            tell(UNPACKING * min(1.0, len(data) / expected))
            if len(data) > LIMITS[part]:
                raise ValueError(f"{part} is too large")
    return bytes(data)


def _trace(data: bytes, tell: Telling) -> Trace:
    """The record, looked at once in every pass. ValueError and its like where it is none."""
    builder = TraceBuilder()
    add: Callable[..., Trace] = builder.add
    frames = codec.frame_count(data)
    for place, message in enumerate(codec.read_trace(data)):
        if isinstance(message, CurvesExtended) and (message.first or message.rows.ndim != 2):
            raise ValueError("curves are stored whole")  # a gap before them would be as much memory as it says
        add(message)
        tell(UNPACKING + (1 - UNPACKING) * place / (frames + 1))
    trace = builder.trace
    if trace.began is None or type(trace.program) is not str:
        raise ValueError("a run begins")
    faults = check(trace)
    if faults:
        raise ValueError(faults[0])
    for item in trace.passes:
        _ = item.history.steps
    return trace
