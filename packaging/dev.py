"""Run or test gradviz from a checkout, with nothing but Python to start from.

    python3 packaging/dev.py run [FILE]            make what is missing, then open the window
    python3 packaging/dev.py test [PYTEST ARGS]    make what is missing, then ruff, mypy and the tests
    python3 packaging/dev.py package               build the app as a folder and try it (see packaging/README.md)

Debian and Ubuntu refuse to install into their own Python, so everything goes into `.venv` in the checkout. What has
been installed is remembered there; a second start installs nothing and needs no network.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, TOO_NEW = (3, 11), (3, 15)  # as requires-python in pyproject.toml says; a test compares them
TORCH = "torch==2.13.0"  # the release that the recorded answers come from
TEST_PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}  # for the test in a real window


def main(arguments):
    """Do one command; the result is the exit code."""
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        return refuse(
            f"gradviz needs Python {dotted(OLDEST)} or newer (below {dotted(TOO_NEW)}); "
            f"this is {dotted(sys.version_info[:3])}. Start this script with a newer one, for example python3.12."
        )
    commands = {"run": run, "test": test, "package": package}
    if not arguments or arguments[0] not in commands:
        print(__doc__.strip())
        return 0 if arguments[:1] in ([], ["-h"], ["--help"]) else 2
    return commands[arguments[0]](arguments[1:])


def run(arguments):
    """Open the window."""
    prepare_system(programs={})
    install("app")
    command = [str(PYTHON), "-m", "gradviz", *arguments]
    if os.name == "posix":
        os.execv(command[0], command)  # no second process to stay behind when this one is stopped
    return subprocess.call(command)


def test(arguments):
    """Ruff, mypy, then the tests; all three always run, so that pytest's summary is the last line.

    The exit code is that of the first one that failed.
    """
    prepare_system(programs=TEST_PROGRAMS)
    if "--with-torch" in arguments:
        arguments = [argument for argument in arguments if argument != "--with-torch"]
        install("torch")
    install("test")
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    everything = ["-n", "2"]  # two processes halve the time of the whole suite on two cores (386 s against 188 s)
    checks = [["ruff", "check", "."], ["mypy"], ["pytest", *(arguments or everything)]]
    codes = [call([str(PYTHON), "-m", *check], environment) for check in checks]
    return next((code for code in codes if code), 0)


def package(arguments):
    """Build the stand-alone app."""
    prepare_system(programs={})
    install("package")
    return call([str(PYTHON), str(ROOT / "packaging" / "build.py"), *arguments])


def install(kind):
    """Bring `.venv` up to what `kind` (app, test, torch, package) asks for, unless its stamp says that it is there."""
    if kind == "torch":
        wanted = [TORCH]
    else:
        wanted = ["--editable", str(ROOT), *([] if kind == "app" else group(kind))]
    # A moved checkout or another Python makes the editable install point elsewhere: both are part of the stamp.
    facts = [*wanted, sys.version, (ROOT / "pyproject.toml").read_text(encoding="utf-8")]
    digest = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    stamp = VENV / f"gradviz-{kind}.stamp"
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    make_environment()
    what = "PyTorch" if kind == "torch" else "gradviz and what it needs"
    say(f"installing {what} into .venv (once; a minute or more)")
    code = call([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])
    if code:
        sys.exit(refuse("pip could not install this (its own message is above).", code))
    stamp.write_text(digest, encoding="ascii")


def make_environment():
    """Make `.venv`, and make it anew if its pip does not run: broken, moved, or made by a tool that leaves pip out."""
    try:
        found = subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False)
        works = found.returncode == 0
    except OSError:
        works = False
    if works:
        return
    say("making .venv")
    code = call([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if code:
        sys.exit(refuse("Python could not make a virtual environment (its own message is above).", code))


def group(name):
    """The requirements of a dependency group in pyproject.toml. pip knows groups only since 25.1, so they are read."""
    import tomllib  # not at the top: an older Python has to reach the sentence about its age

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    found = []
    for entry in groups[name]:
        found += group(entry["include-group"]) if isinstance(entry, dict) else [entry]
    return found


def prepare_system(programs):
    """Install (as root on Debian and Ubuntu) or name the system packages that are missing."""
    if not sys.platform.startswith("linux"):
        return
    sys.path.insert(0, str(ROOT))
    from gradviz.ui import libraries

    packages = libraries.missing_packages({**libraries.ANY_DISPLAY, **libraries.X11})
    packages += [package for program, package in programs.items() if not shutil.which(program)]
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it apart, and `venv` fails without it
        packages.append(f"python{dotted(sys.version_info[:2])}-venv")
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing system packages: " + " ".join(packages))
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        call(["apt-get", "update", "-qq"], quiet)
        if call(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages], quiet) == 0:
            return
    print(
        "gradviz: these system packages are missing; on Debian and Ubuntu install them with\n"
        f"    {libraries.apt_line(packages)}",
        file=sys.stderr,
        flush=True,
    )


def call(command, environment=None):
    """Run a command in the checkout, its output on ours; the result is its exit code."""
    sys.stdout.flush()
    return subprocess.call(command, cwd=ROOT, env=environment)


def dotted(version):
    return ".".join(map(str, version))


def say(text):
    print(f"gradviz: {text}", flush=True)


def refuse(text, code=1):
    print(f"gradviz: {text}", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
