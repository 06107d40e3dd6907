"""Who reads the time of day: a run has its clock, and what a service dates is by that of theirs."""

import ast

from docs.tables.fact_uses import SRC

# Each with why it may.
MAY = {
    "adapters/system_clock.py": "it is the clock",
    "adapters/journal/derived.py": "files of this machine are as old as it says",
    "adapters/kubernetes/team/fresh_claim.py": "two looks at the same clock",
    "adapters/kubernetes/api/api_server.py": "a login that is kept here, as kubectl does",
    "adapters/kubernetes/api/client_certificate.py": "as OpenSSL does when it refuses one",
    "adapters/kubernetes/api/answers.py": "until the server has told its own",
    "adapters/pagerduty/on_call.py": "until PagerDuty has told its own",
    "adapters/github/workflow_runs.py": "until GitHub has told its own",
    "adapters/github/troubles.py": "until GitHub has told its own",
    "adapters/signed_webhook.py": "until the receiver has told its own",
    "cli/fast_status.py": "a run of this machine",
    "cli/open_now.py": "a run of this machine",
    "cli/status.py": "a run of this machine",
    "cli/team.py": "until the cluster has told its own",
    "runs/life.py": "files of this machine are as old as it says",
    "steps/open_post_mortem.py": "where no engine hands it a moment",
}
_READS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}
_READS |= {("date", "today")}


def readers():
    found = set()
    for path in SRC.rglob("*.py"):
        place = path.relative_to(SRC).as_posix()
        if place.startswith("simulators/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attr) if (name, attr) in _READS:
                    found.add(place)
    return found


def test_nobody_reads_the_time_of_day_but_who_may():
    assert readers() == MAY.keys()
