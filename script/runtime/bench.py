"""``script/bench``: the benchmarks, as ratios in one run, as a table and as JSON."""

import os
from collections.abc import Sequence

from runtime.manage import run_python
from runtime.place import ROOT, RUNTIME, VAR, make_var, secret


def run(arguments: Sequence[str]) -> int:
    """Run them with these arguments (``--help`` lists them); the exit status.

    Each makes the servers it needs and throws them away; nothing of the checkout's is touched.
    """
    make_var()
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {
        "SECRET_KEY": secret("secret_key"),
        "PYTHONPATH": str(RUNTIME.parent),
        "PYTHONUNBUFFERED": "1",
        "BENCH_RESULTS": str(VAR / "bench.json"),
    }
    return run_python(["-m", "tests.bench", *arguments], environment, folder=ROOT)
