"""The README promises keys, commands and files; each promise is looked up where it is kept."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradviz.session.commands import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARROWS = {"→": "Right", "←": "Left"}


def promised_keys():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", README, re.MULTILINE)
    for keys, does in rows:
        if keys not in ("key", "---"):
            for key in keys.split():
                head, plus, last = key.rpartition("+")
                yield f"{head}{plus}{ARROWS.get(last, last)}", does


def test_every_key_belongs_to_a_command():
    kept = {key for command in COMMANDS for key in command.keys}
    promised = [key for key, _ in promised_keys()]
    assert len(promised) >= 9
    assert [key for key in promised if key not in kept] == []


@pytest.mark.parametrize("line", re.findall(r"^    python3 (packaging/dev\.py \w+)", README, re.MULTILINE))
def test_every_command_of_the_script_is_one(line):
    script, command = line.split()
    explained = subprocess.check_output([sys.executable, script], cwd=ROOT, text=True, timeout=30)
    assert f"{script} {command}" in explained


@pytest.mark.parametrize("module", re.findall(r"^    python (?:-m )?([\w./]+)", README, re.MULTILINE))
def test_every_other_command_runs_a_file_that_exists(module):
    file = module if module.endswith(".py") else module.replace(".", "/") + ".py"
    assert '__name__ == "__main__"' in (ROOT / file).read_text(encoding="utf-8")


def test_every_room_of_the_map_exists_and_no_room_is_left_out():
    table = (ROOT / "gradviz" / "README.md").read_text(encoding="utf-8")
    rooms = set(re.findall(r"^\| `([\w.]+)/?` \|", table, re.MULTILINE))
    found = {path.name for path in (ROOT / "gradviz").iterdir() if not path.name.startswith("_")}
    assert rooms == found - {"README.md"}


def test_every_file_it_points_to_exists():
    named = set(re.findall(r"`([\w./]+(?:\.md|/|LICENSE))`", README)) - {".venv/"}
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
