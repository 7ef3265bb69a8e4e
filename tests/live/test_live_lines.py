"""Lines of programs, by family, beside real PyTorch: `lines/*.txt`, where a heading begins with #.

The names that a line may use are those of `tests.lines.scope`; <<sin cos>> makes one line of each word.
"""

from pathlib import Path

import pytest

from tests.lines import sections
from tests.live.side_by_side import differences

FAMILIES = [
    pytest.param(lines, id=f"{file.stem}: {heading}")
    for file in sorted((Path(__file__).parent / "lines").glob("*.txt"))
    for heading, lines in sections(file.read_text(encoding="utf-8")).items()
]


@pytest.mark.parametrize("lines", FAMILIES)
def test_lines_like_torch(lines):
    found = differences(lines)
    assert not found, "\n".join(found[:20])
