"""``script/bench [what …]``: each benchmark in turn, then a table, then JSON."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from runtime.say import hint, say
from tests.bench import crashes, digests, speed

Rows = list[tuple[str, str]]


def mail_speed(options: argparse.Namespace) -> tuple[object, Rows, bool]:
    """Messages per second beside a bare loop."""
    found = speed.run(notifications=options.notifications)
    told = (
        f"{found.portal:.0f} a second; a bare loop {found.bare_loop:.0f}: "
        f"1 to {found.bare_loop / found.portal:.1f}"
    )
    return found.as_dict(), [("mail, one worker", told)], True


def many_digests(options: argparse.Namespace) -> tuple[object, Rows, bool]:
    """Memory and queries of digests for few and for many people."""
    few, many = found = digests.run(people=options.people, items=options.items)
    queries = [(each.queries_to_draw, each.queries_to_send) for each in found]
    rows = [
        (
            f"digests, {each.people} people, {each.items} items",
            f"{each.sent} sent in {each.seconds:.0f} s; {each.peak:.0f} MB at most; queries a "
            f"batch: {each.queries_to_draw} to draw, {each.queries_to_send} to send",
        )
        for each in found
    ]
    rows.append(("memory, ten times the people", f"1 to {many.peak / few.peak:.2f}"))
    is_well = queries[0] == queries[1] and many.peak < few.peak * 1.1 and many.sent == many.people
    return [each.as_dict() for each in found], rows, is_well


def crash(what: str, blow: crashes.Blow) -> Callable[[argparse.Namespace], object]:
    """A run under blows."""

    def run(options: argparse.Namespace) -> tuple[object, Rows, bool]:
        blows = options.kills if blow is crashes.kill_worker else options.restarts
        found = crashes.run(what, blow, blows=blows, notifications=options.crash_notifications)
        told = (
            f"{found.arrived} of {found.notifications} arrived, {found.lost} lost, "
            f"{found.repeats} came again (another Message-ID: {found.with_another_id}, out of "
            f"the window: {found.out_of_window}) in {found.seconds:.0f} s"
        )
        return found.as_dict(), [(f"{what}, {blows} times", told)], found.is_well

    return run


BENCHMARKS = {
    "speed": mail_speed,
    "digests": many_digests,
    "kill": crash("kill -9 on a worker", crashes.kill_worker),
    "redis": crash("Redis stopped and started", crashes.restart_redis),
    "postgres": crash("PostgreSQL restarted", crashes.restart_postgres),
}


def main() -> int:
    """Run what was asked; 1 when something is not as it should be."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("what", nargs="*", help=f"some of {', '.join(BENCHMARKS)}; all without")
    parser.add_argument("--notifications", type=int, default=2000, help="for speed (2000)")
    parser.add_argument("--people", type=int, default=10_000, help="for digests (10000)")
    parser.add_argument("--items", type=int, default=500, help="for digests (500)")
    parser.add_argument("--kills", type=int, default=50, help="(50)")
    parser.add_argument("--restarts", type=int, default=3, help="of Redis and PostgreSQL (3)")
    parser.add_argument(
        "--crash-notifications", type=int, default=2000, help="for kills and restarts (2000)"
    )
    options = parser.parse_args()
    if unknown := set(options.what) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    results: dict[str, object] = {}
    rows: Rows = []
    failed = []
    for name in options.what or BENCHMARKS:
        hint(f"{name} …")
        results[name], told, is_well = BENCHMARKS[name](options)
        rows += told
        if not is_well:
            failed.append(name)
    width = max(len(label) for label, _ in rows)
    say("\n".join(f"{label:<{width}}  {told}" for label, told in rows))
    text = json.dumps({"well": not failed, "results": results}, indent=2)
    say(f"\n{text}")
    if path := os.environ.get("BENCH_RESULTS"):
        Path(path).write_text(f"{text}\n")
    if failed:
        say(f"Not as it should be: {', '.join(failed)}.", error=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
