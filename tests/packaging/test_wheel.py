"""What a person gets who installs gradviz from a wheel instead of running it from a checkout."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import gradviz

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_carries_every_resource_and_no_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    resources = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {f"gradviz/_resources/{path.relative_to(ROOT / 'resources').as_posix()}" for path in resources} <= names
    release = f"gradviz_desktop-{gradviz.__version__}"
    assert {name.split("/")[0] for name in names} == {"gradviz", f"{release}.dist-info", f"{release}.data"}


def test_installed_alone_it_lists_its_lessons(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, timeout=120, cwd=tmp_path)
    question = "from gradviz.session.lessons import lessons; print(*(lesson.path for lesson in lessons()), sep='\\n')"
    answer = subprocess.run([python, "-I", "-c", question], capture_output=True, text=True, check=True, timeout=60)
    paths = [Path(line) for line in answer.stdout.splitlines()]
    assert [path.name for path in paths] == sorted(path.name for path in (ROOT / "resources" / "lessons").glob("*.py"))
    assert all(tmp_path in path.parents for path in paths)


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == gradviz.__version__
