"""How fast mail goes out, beside a bare loop that sends the same bytes over one connection."""

import json
from dataclasses import asdict, dataclass

from tests.bench.surroundings import Surroundings, surroundings

ROUNDS = 3
"""The best of these counts, for either: whatever else the machine does slows one down by chance."""

PORTAL = """
import sys, time
from tests.bench import portal
portal.ready()
portal.tell_all(sys.argv[1])
from civportal.notifications.delivery import deliver_batch
deliver_batch()  # everything loaded, as in a worker that has been at work
start, count = time.perf_counter(), 0
while taken := deliver_batch():
    count += taken
print(count / (time.perf_counter() - start))
"""
BARE_LOOP = """
import json, smtplib, sys, time
mails = json.load(open(sys.argv[1]))
start = time.perf_counter()
with smtplib.SMTP("127.0.0.1", int(sys.argv[2])) as server:
    for to, content in mails:
        server.sendmail("portaal@localhost", [to], content.encode("latin-1"))
print(len(mails) / (time.perf_counter() - start))
"""


@dataclass
class Speed:
    """Messages per second, by one process; ``ratio`` is the part of the bare loop's speed."""

    notifications: int
    portal: float
    bare_loop: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        found = asdict(self) | {"ratio": self.portal / self.bare_loop}
        return {name: round(number, 3) for name, number in found.items()}


def run(*, notifications: int = 1000) -> Speed:
    """Send the same mails both ways, in turn."""
    with surroundings() as place:
        place.prepare(people=notifications)
        portal, bare = 0.0, 0.0
        for number in range(ROUNDS):
            place.mail.arrivals.clear()
            portal = max(portal, float(place.python("-c", PORTAL, str(number))))
            bare = max(bare, _bare_loop(place))
        return Speed(notifications, portal, bare)


def _bare_loop(place: Surroundings) -> float:
    mails = [(arrival.to, arrival.content.decode("latin-1")) for arrival in place.mail.arrivals]
    file = place.folder / "mails.json"
    file.write_text(json.dumps(mails))
    return float(place.python("-c", BARE_LOOP, str(file), str(place.mail.port)))
