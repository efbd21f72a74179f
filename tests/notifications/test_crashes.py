"""Workers that are killed as they send: nothing is lost, and a repeat can be told for one."""

from tests.bench import crashes


def test_every_notification_arrives_though_workers_are_killed(capsys):
    outcome = crashes.run("kill -9", crashes.kill_worker, blows=5)
    with capsys.disabled():
        print(f"\n{outcome.as_dict()}")  # noqa: T201 - the repeats differ from run to run
    assert outcome.is_well, outcome
    assert (outcome.arrived, outcome.lost) == (2000, 0)
