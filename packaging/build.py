"""Build the stand-alone app into `dist/gradviz` and try it: `python3 packaging/dev.py package`.

The trial asks of the built app what breaks first when something was left out of it: its version, a lesson run in its
worker process, a program that imports from the standard library and matplotlib, a window that stays open.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import PyInstaller.__main__

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "dist" / "gradviz" / ("gradviz.exe" if os.name == "nt" else "gradviz")
PROGRAM = """
import decimal, sqlite3, statistics, xml.dom.minidom
import matplotlib.pyplot as plt
import numpy as np
import torch

x = torch.tensor([1., 2.], requires_grad=True)
(x ** 2).sum().backward()
plt.plot(np.arange(2), x.grad.numpy())
print(x.grad, decimal.Decimal(1) / 4)
"""
SECONDS_OPEN = 4.0


def main() -> int:
    """Build, try, and say what came of it."""
    folders = ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build")]
    spec = str(ROOT / "packaging" / "gradviz.spec")
    PyInstaller.__main__.run(["--noconfirm", "--clean", "--log-level", "WARN", *folders, spec])
    size = sum(path.stat().st_size for path in APP.parent.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"built {APP.parent.relative_to(ROOT)}, {size / 1e6:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        try_commands(Path(folder))
        try_window(Path(folder))
    print("the app answers, runs programs, and opens its window")
    return 0


def try_commands(folder: Path) -> None:
    """Run the app's commands outside the checkout; stops with what the app printed instead."""
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    expected = {
        ("--version",): "gradviz",
        ("lessons",): "A line and its gradients",
        ("run", str(APP.parent / "_internal/gradviz/_resources/lessons/01_line.py")): "dloss/dw = 4.5",
        ("run", str(program)): "tensor([2., 4.]) 0.25",
    }
    for arguments, words in expected.items():
        done = subprocess.run([APP, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode or words not in done.stdout:
            sys.exit(f"{' '.join(arguments)}: code {done.returncode}\n{done.stdout}\n{done.stderr}")


def try_window(folder: Path) -> None:
    """Open the window without a screen; stops if it closes by itself or complains."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen([APP], cwd=folder, env=surroundings, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(SECONDS_OPEN)
        ended = process.poll()
    finally:
        process.terminate()
        _, complaint = process.communicate(timeout=10)
    if ended is not None or "Traceback" in complaint:
        sys.exit(f"the window complained, or closed by itself (code {ended}):\n{complaint}")


if __name__ == "__main__":
    sys.exit(main())
