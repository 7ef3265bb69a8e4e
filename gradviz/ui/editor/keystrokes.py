"""What keys do to Python text beyond typing it: indent, comment, brackets. Each change is one undo step."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

INDENT = "    "
PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = {closer: opener for opener, closer in PAIRS.items()}
FARTHEST = 20_000
"""Characters that the search for a matching bracket looks at."""


def selected_blocks(cursor: QTextCursor) -> list[QTextBlock]:
    """The lines that a selection touches; a selection that ends at a line's start does not touch that line."""
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    if last != first and cursor.selectionEnd() == last.position():
        last = last.previous()
    blocks = [first]
    while blocks[-1] != last:
        blocks.append(blocks[-1].next())
    return blocks


def new_line(cursor: QTextCursor) -> None:
    """Break the line and indent as Python wants: deeper after a colon or an open bracket, less after a return."""
    before = cursor.block().text()[: cursor.positionInBlock()]
    indent = before[: len(before) - len(before.lstrip())]
    code = before.split("#")[0].rstrip()
    word = code.split()[0] if code.split() else ""
    if code.endswith((":", "(", "[", "{")):
        indent += INDENT
    elif word in ("return", "pass", "break", "continue", "raise"):
        indent = indent[: -len(INDENT)]
    cursor.insertText("\n" + indent)


def indent_lines(cursor: QTextCursor) -> None:
    """Move the selected lines one step right."""
    cursor.beginEditBlock()
    for block in selected_blocks(cursor):
        if block.text().strip():
            QTextCursor(block).insertText(INDENT)
    cursor.endEditBlock()


def dedent_lines(cursor: QTextCursor) -> None:
    """Move the selected lines one step left, as far as they are indented."""
    cursor.beginEditBlock()
    for block in selected_blocks(cursor):
        text = block.text()
        spaces = min(len(INDENT), len(text) - len(text.lstrip(" ")))
        spaces = 1 if text.startswith("\t") else spaces
        _remove(block, 0, spaces)
    cursor.endEditBlock()


def toggle_comment(cursor: QTextCursor) -> None:
    """Comment the selected lines, at their least indentation; take the marks away if all have one."""
    blocks = [block for block in selected_blocks(cursor) if block.text().strip()]
    if not blocks:
        return
    cursor.beginEditBlock()
    if all(block.text().lstrip().startswith("#") for block in blocks):
        for block in blocks:
            text = block.text()
            at = text.index("#")
            _remove(block, at, 2 if text[at : at + 2] == "# " else 1)
    else:
        column = min(len(block.text()) - len(block.text().lstrip()) for block in blocks)
        for block in blocks:
            edit = QTextCursor(block)
            edit.setPosition(block.position() + column)
            edit.insertText("# ")
    cursor.endEditBlock()


def matching_bracket(document: QTextDocument, position: int) -> tuple[int, int] | None:
    """Positions of the bracket at (or just before) a position and of its partner; None where there is none.

    Brackets in strings count like any others: an editor that is a little wrong there is better than a slow one.
    """
    for at in (position - 1, position):
        sign = document.characterAt(at) if at >= 0 else ""
        if sign in PAIRS:
            partner = _search(document, at, 1, sign, PAIRS[sign])
        elif sign in CLOSERS:
            partner = _search(document, at, -1, sign, CLOSERS[sign])
        else:
            continue
        return None if partner is None else (at, partner)
    return None


def _search(document: QTextDocument, start: int, direction: int, same: str, other: str) -> int | None:
    depth, end = 0, document.characterCount()
    for distance in range(FARTHEST):
        at = start + direction * distance
        if not 0 <= at < end:
            return None
        sign = document.characterAt(at)
        depth += (sign == same) - (sign == other)
        if depth == 0:
            return at
    return None


def _remove(block: QTextBlock, column: int, length: int) -> None:
    edit = QTextCursor(block)
    edit.setPosition(block.position() + column)
    edit.setPosition(block.position() + column + length, QTextCursor.MoveMode.KeepAnchor)
    edit.removeSelectedText()
