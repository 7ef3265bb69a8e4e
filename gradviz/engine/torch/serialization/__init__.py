"""What programs see as `torch.serialization`: `save` and `load`, in the file format of PyTorch 2.

A file is an uncompressed zip archive: one stream of opcodes describes the values, and each piece of tensor memory is a
record of its own. Here only plain data goes in and out: tensors, parameters, numbers, text, containers of them, and
NumPy's numbers and arrays. Nothing in a file is ever called by its name, so a file cannot run anything.
"""

from __future__ import annotations

import os
from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.torch.serialization import archive
from gradviz.engine.torch.serialization.placing import place_of
from gradviz.engine.torch.serialization.reader import Reader
from gradviz.engine.torch.serialization.writer import Writer

DEFAULT_PROTOCOL = 2


def save(obj: Any, f: Any, *_: Any, **__: Any) -> None:
    """Write `obj` to a path or a binary file. Raises NotImplementedError for what is more than plain data."""
    archive.check_target(f)
    stream = Writer()
    stream.write(obj)
    named = isinstance(f, (str, os.PathLike))
    name = os.path.splitext(os.path.basename(os.fspath(f)))[0] if named else "archive"
    content = archive.packed(name or "archive", stream.finished(), stream.storages())
    if not named:
        f.write(content)
        return
    with open(f, "wb") as file:
        file.write(content)


def load(
    f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool | None = None, **_: Any
) -> Any:
    """Read what `save`, here or in PyTorch, wrote. Raises RuntimeError for damaged files and for other content."""
    archive.check_source(f)
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as file:
            content = file.read()
    else:
        content = f.read()
    with archive.opened(content) as records:
        return Reader(records, place_of(map_location), weights_only is not False).value()


def __getattr__(name: str) -> Any:
    raise missing("torch.serialization", name)
