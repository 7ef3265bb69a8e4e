"""Where the stand-alone app begins: PyInstaller wants a script, and the package has its own entry."""

import sys

from gradviz.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
