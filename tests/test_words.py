"""What no kept file may have: paths of one machine, addresses of registries, endless length, idle names."""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 400  # lines of a source file; long before that it has two nouns

# Put together from pieces, so that this file does not contain what it looks for.
REGISTRIES = re.compile("|".join(["py" + r"pi\.(org|python)", "python" + "hosted", "index" + "-url", "simple" + "/ "]))
MACHINE_PATHS = re.compile(r"(?<![\w.])/(home|root|Users|work|opt|mnt)/\w")


def kept_files() -> list[Path]:
    """The files that git tracks, or all that are not made by tools where this is no git checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    folders = ("gradviz", "resources", "tests", "packaging")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts] + [ROOT / "README.md", ROOT / "pyproject.toml"]


def texts():
    for path in kept_files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a font or a picture


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry", "machine path"])
def test_no_file_names_this_machine_or_a_registry(pattern):
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("line", ["see /" + "home/ann/notes", "cd /" + "work/main", "https://py" + "pi.org/simple"])
def test_the_patterns_find_what_they_are_for(line):
    assert REGISTRIES.search(line) or MACHINE_PATHS.search(line)


def test_no_source_file_is_endless():
    sizes = {name: text.count("\n") for name, text in texts() if name.startswith("gradviz/") and name.endswith(".py")}
    assert {name: lines for name, lines in sizes.items() if lines > LONGEST} == {}


def test_no_lock_files():
    assert [path.name for path in kept_files() if path.name.endswith(".lock") or path.name == "pylock.toml"] == []


def test_no_name_is_idle():
    """Each name at the top of a source file is used: it stands once more somewhere in the source, if only in a formula.

    Decorated functions are given away by their decorator; below engine/torch/ programs use the names.
    """
    sources = {name: text for name, text in texts() if name.startswith("gradviz/") and name.endswith(".py")}
    words = Counter(word for text in sources.values() for word in re.findall(r"\w+", text))
    defined = [
        (path, name)
        for path, text in sources.items()
        if not path.startswith("gradviz/engine/torch/")
        for statement in ast.parse(text).body
        for name in names_given_by(statement)
    ]
    assert len(defined) > 1000
    assert [each for each in defined if words[each[1]] == 1 and not each[1].startswith("__")] == []


def names_given_by(statement: ast.stmt) -> list[str]:
    """Return the names that a statement gives, but for a decorated function's."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [] if statement.decorator_list else [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
