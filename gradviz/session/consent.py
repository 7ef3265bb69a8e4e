"""Which programs wait until a person agrees that they run."""

QUESTIONS = {
    "opened": "This program came from a file. It runs with your rights: read it first.",
    "recovered": "This is your unsaved work. It did not run again by itself, in case it was what ended gradviz.",
}
"""By the origin of a document: why it waits for consent to run."""


def shares_no_line(text: str, other: str) -> bool:
    """Whether nothing of one text is left in the other; blank lines are nothing."""
    lines = {line.strip() for line in text.splitlines()} - {""}
    return lines.isdisjoint(line.strip() for line in other.splitlines())
