"""The script that starts everything from a bare checkout."""

import ctypes
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gradviz.ui import libraries

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "dev.py"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """The script as a module, working on an empty folder, its commands written down instead of run."""
    spec = importlib.util.spec_from_file_location("dev", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "python")
    module.calls, module.codes = [], {}

    def call(command, environment=None):
        module.calls.append(command)
        if "venv" in command:
            module.PYTHON.parent.mkdir(exist_ok=True)
            module.PYTHON.touch()
        return next((code for word, code in module.codes.items() if word in command), 0)

    monkeypatch.setattr(module, "call", call)
    return module


def words(dev):
    """The telling word of each command that was run."""
    known = ("venv", "install", "ruff", "mypy", "pytest")
    return [next(word for word in known if word in command) for command in dev.calls]


def test_first_start_installs_and_second_does_not(dev):
    dev.install("app")
    assert words(dev) == ["venv", "install"]
    assert dev.calls[1][-2:] == ["--editable", str(ROOT)]
    dev.calls.clear()
    dev.install("app")
    assert dev.calls == []


def test_changed_project_installs_again(dev, tmp_path, monkeypatch):
    dev.install("app")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\n', encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    dev.calls.clear()
    dev.install("app")
    assert "install" in words(dev)


def test_failed_install_says_so_and_is_not_remembered(dev, capsys):
    dev.codes["install"] = 3
    with pytest.raises(SystemExit) as stop:
        dev.install("app")
    assert stop.value.code == 3
    assert "pip could not install" in capsys.readouterr().err
    assert not list(dev.VENV.glob("*.stamp"))


def test_test_command_runs_all_three_and_returns_the_first_failure(dev, monkeypatch):
    monkeypatch.setattr(dev, "prepare_system", lambda programs: None)
    dev.codes.update(mypy=2, pytest=1)
    assert dev.test(["tests/layout", "-x"]) == 2
    assert words(dev)[-3:] == ["ruff", "mypy", "pytest"]
    assert dev.calls[-1][-2:] == ["tests/layout", "-x"]
    assert not any("torch" in part for command in dev.calls for part in command)


def test_torch_comes_only_when_asked_for_and_first(dev, monkeypatch):
    monkeypatch.setattr(dev, "prepare_system", lambda programs: None)
    assert dev.test(["--with-torch"]) == 0
    installs = [command for command in dev.calls if "install" in command]
    assert installs[0][-1] == "torch==2.13.0"
    assert "--with-torch" not in dev.calls[-1]
    assert dev.calls[-1][-2:] == ["-n", "2"]


def test_group_is_read_with_what_it_includes(dev):
    assert dev.group("dev") == dev.group("test") == PROJECT["dependency-groups"]["test"]


def test_python_bounds_are_those_of_the_project(dev):
    assert PROJECT["project"]["requires-python"] == f">={dev.dotted(dev.OLDEST)},<{dev.dotted(dev.TOO_NEW)}"


def test_old_python_gets_a_sentence(dev, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert dev.main(["run"]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--help"], 0), (["jump"], 2)])
def test_without_a_known_command_it_explains_itself(arguments, code):
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == code
    assert "dev.py run" in done.stdout


def test_missing_library_is_named_with_its_package(dev, monkeypatch, capsys):
    real = ctypes.CDLL

    def without_egl(name, *rest, **named):
        if name == "libEGL.so.1":
            raise OSError("cannot open shared object file")
        return real(name, *rest, **named)

    monkeypatch.setattr(ctypes, "CDLL", without_egl)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    dev.prepare_system(programs={"no-such-program": "its-package"})
    assert re.search(r"sudo apt install .*libegl1.* its-package", capsys.readouterr().err)
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name == "apt-get" else None)
    dev.prepare_system(programs={})
    assert dev.calls[-1][:2] == ["apt-get", "install"]
    assert dev.calls[-1][-1].startswith(("libegl1", "lib", "python"))


def test_libraries_are_asked_for_on_linux_only(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert libraries.missing_packages({"libNoSuch.so.1": "libnosuch1"}) == []
    monkeypatch.setattr(sys, "platform", "linux")
    assert libraries.missing_packages({"libNoSuch.so.1": "libnosuch1"}) == ["libnosuch1"]
