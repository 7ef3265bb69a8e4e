"""Where settings and recovery files live on each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def settings_folder() -> Path:
    """The folder for gradviz's own files; `GRADVIZ_HOME` overrides it (tests and portable installs)."""
    if home := os.environ.get("GRADVIZ_HOME"):
        return Path(home)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "gradviz"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "gradviz"
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "gradviz"
