"""Run as a folder: ``python runtime <command> …``; the scripts do."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from runtime.command import main

    sys.exit(main())
