"""Unsaved work survives a crash: a copy beside the settings, replaced whole, removed on a clean end."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .document import Document
from .saving import write_file


class RecoveryFile:
    """The copy of one running window."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "recovery" / f"{os.getpid()}.json"
        self._kept: str | None = None

    def keep(self, document: Document) -> None:
        """Store the text if it is not saved elsewhere; forget it otherwise. OSError where that is impossible."""
        if not document.is_modified:
            self.forget()
            return
        if document.text == self._kept:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        record = {
            "text": document.text,
            "path": str(document.path or ""),
            "saved_text": document.saved_text,
            "title": document.title,
        }
        write_file(self.path, json.dumps(record).encode())
        self._kept = document.text

    def forget(self) -> None:
        self._kept = None
        self.path.unlink(missing_ok=True)


def lost_documents(folder: Path) -> list[tuple[Path, Document]]:
    """The unsaved programs of windows that did not end cleanly, newest first."""
    found = []
    for path in sorted((folder / "recovery").glob("*.json"), key=lambda item: item.stat().st_mtime, reverse=True):
        if path.stem.isdigit() and _is_alive(int(path.stem)):
            continue
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            document = Document(
                str(record["text"]),
                Path(record["path"]) if record["path"] else None,
                str(record["saved_text"]),
                str(record["title"]),
                # The person typed it, but before a crash: running it again is theirs to say.
                origin="recovered",
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append((path, document))
    return found


def _is_alive(process: int) -> bool:
    if process == os.getpid():
        return True
    if os.name == "nt":
        # Windows answers os.kill(pid, 0) by ending the process; a second offer of old text is the smaller harm.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
