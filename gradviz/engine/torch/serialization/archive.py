"""The container: a zip archive without compression, records named as PyTorch names them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

ALIGNMENT = 64
"""Every record starts at a multiple of so many bytes, so that it can be mapped into memory."""

HEADER = 30
"""Bytes of a record's header before its name and padding."""

TORN = (
    "torch.load: this is not a file that torch.save wrote, or it was cut off or damaged: {}. Save it again, or check "
    "that the file was copied whole."
)


def torn(reason: object) -> RuntimeError:
    """The error for a file that cannot be read."""
    return RuntimeError(TORN.format(reason))


def check_target(f: Any) -> None:
    """Raise torch's errors for what cannot be written to."""
    if isinstance(f, (str, os.PathLike)):
        folder = os.path.dirname(os.fspath(f))
        if folder and not os.path.isdir(folder):
            raise RuntimeError(f"Parent directory {os.fsdecode(folder)} does not exist.")
    elif not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")


def check_source(f: Any) -> None:
    """Raise torch's error for what cannot be read from."""
    if isinstance(f, (str, os.PathLike)) or (hasattr(f, "read") and hasattr(f, "seek")):
        return
    raise AttributeError(
        f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is seekable. "
        "Please pre-load the data into a buffer like io.BytesIO and try to load from it instead."
    )


def packed(name: str, stream: bytes, storages: list[bytes]) -> bytes:
    """The whole file: the stream that describes the values, and the storages, numbered."""
    records = [("data.pkl", stream), (".format_version", b"1"), (".storage_alignment", str(ALIGNMENT).encode())]
    records.append(("byteorder", sys.byteorder.encode()))
    records += [(f"data/{i}", storage) for i, storage in enumerate(storages)]
    records += [("version", b"3\n"), (".data/serialization_id", b"0" * 40)]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for record, content in records:
            info = zipfile.ZipInfo(f"{name}/{record}")
            start = target.tell() + HEADER + len(info.filename.encode()) + 4
            padding = -start % ALIGNMENT
            info.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding
            file.writestr(info, content)
    return target.getvalue()


class Records:
    """The records of a file by their names, without the folder that they are all in."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._names = {name.partition("/")[2]: name for name in file.namelist()}
        if "data.pkl" not in self._names:
            raise torn("it has no record data.pkl")

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise torn(f"the record {name} is missing")
        info = self._file.getinfo(self._names[name])
        if info.compress_type != zipfile.ZIP_STORED:
            raise torn(f"the record {name} is compressed, which PyTorch does not do")
        return self._file.read(info)

    def storage(self, key: str, dtype: np.dtype[Any], count: int) -> Any:
        """A piece of tensor memory as a flat array of its own."""
        content = self[f"data/{key}"]
        if len(content) != count * dtype.itemsize:
            raise torn(f"storage {key} has {len(content)} bytes, not {count * dtype.itemsize}")
        values = np.frombuffer(content, dtype).copy()
        swapped = "byteorder" in self._names and self["byteorder"].decode("ascii", "replace") != sys.byteorder
        return values.byteswap() if swapped else values


@contextlib.contextmanager
def opened(content: bytes) -> Iterator[Records]:
    """The records of a file; what the container itself gets wrong is told in one sentence."""
    if not content.startswith(b"PK"):
        reason = "it is empty" if not content else "it is no zip archive, as files of PyTorch 1.6 and later are"
        raise torn(reason)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            yield Records(file)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OverflowError) as error:
        raise torn(str(error) or "it ends too early") from None
