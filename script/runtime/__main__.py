"""Run as a folder: ``python runtime <command> …``; the scripts do."""

import sys
from pathlib import Path

if __name__ == "__main__":
    script = Path(__file__).resolve().parent.parent
    sys.path[:1] = [str(script.parent), str(script)]  # for the portal itself, and for runtime
    from runtime.command import main

    sys.exit(main())
