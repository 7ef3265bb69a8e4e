"""Who may import whom, read from the source itself (the picture is in gradviz/README.md)."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "gradviz"
FORBIDDEN_WORDS = re.compile(r"\b(c?pickle|cloudpickle|dill|shelve|marshal)\b")

ALLOWED_ROOMS = {
    "engine": set(),
    "trace": set(),
    "recorder": {"engine", "trace"},
    "worker": {"engine", "recorder", "trace"},
    "supervisor": {"trace", "worker.protocol"},
    "session": {"trace", "supervisor"},
    "layout": {"trace"},
    "scene": {"trace", "layout"},
    "export": {"trace", "scene", "layout"},
    "cli": {"session", "supervisor", "export", "trace"},
    "ui": {"session", "scene", "layout", "export", "trace"},
    "__main__": {"cli", "ui", "worker"},
    "__init__": set(),
}

ALLOWED_LIBRARIES = {
    "engine": {"numpy"},
    "trace": {"numpy"},
    "recorder": {"numpy", "torch"},
    "worker": {"numpy", "torch"},
    "supervisor": set(),
    "session": set(),
    "layout": {"numpy", "networkx"},
    "scene": {"numpy", "networkx", "contourpy"},
    "export": {"numpy", "networkx"},
    "cli": set(),
    "ui": {"numpy", "PySide6", "shiboken6", "pyqtgraph", "ziamath"},
    "__main__": set(),
    "__init__": set(),
}

# PNG is drawn by Qt's rasteriser and formulas by ziamath; both are looked for when they are asked for, never at import.
# matplotlib is the program's own import: the worker only answers it.
LATE_LIBRARIES = {
    ("export", "PySide6"),
    ("cli", "PySide6"),
    ("__main__", "PySide6"),
    ("engine", "ml_dtypes"),
    ("worker", "matplotlib"),
}

STANDARD = __import__("sys").stdlib_module_names
SOURCES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path):
    """Yield (module, is_at_top) for every import statement, relative ones resolved."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ("gradviz", *path.relative_to(PACKAGE).parts[:-1])
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in top
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *(node.module or "").split("."))).strip(".")
            yield module, id(node) in top
            if module == "gradviz" or len(base) == 1:
                for alias in node.names:
                    yield f"{module}.{alias.name}", id(node) in top


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_house(path):
    room = room_of(path)
    for module, at_top in imports_of(path):
        parts = module.split(".")
        if parts[0] == "gradviz":
            is_room = (PACKAGE / parts[1]).exists() or (PACKAGE / f"{parts[1]}.py").exists() if parts[1:] else False
            if not is_room or parts[1] == room:
                continue
            inside = {parts[1], ".".join(parts[1:3])}
            assert inside & ALLOWED_ROOMS[room], f"{path.name}: {room} may not import {module}"
        elif parts[0] not in STANDARD:
            late = (room, parts[0]) in LATE_LIBRARIES and not at_top
            assert late or parts[0] in ALLOWED_LIBRARIES[room], f"{path.name}: {room} may not import {parts[0]}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_forbidden_words(path):
    text = path.read_text(encoding="utf-8")
    assert not FORBIDDEN_WORDS.search(text), "documents and traces are plain data"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path.name}:{node.lineno}: name the exception"


def test_every_source_says_why_it_exists():
    for path in SOURCES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path}: a module docstring is missing"


def test_top_level_is_what_the_readme_says():
    expected = {"pyproject.toml", "README.md", "LICENSE", "gradviz", "resources", "tests", "packaging"}
    found = {p.name for p in PACKAGE.parent.iterdir() if not p.name.startswith(".")}
    assert found - {"build", "dist", "uv.lock"} == expected
