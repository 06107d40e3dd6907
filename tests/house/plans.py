"""Every plan that can be configured, as far as its steps differ."""

from functools import cache
from itertools import product

from hotfix.config.load import parse
from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.incident import Audience, Incident
from hotfix.domain.run_settings import Via
from hotfix.domain.step import Plan, Step
from hotfix.plan.abort import plan_abort
from hotfix.plan.hotfix import plan_hotfix
from hotfix.plan.rollback import plan_rollback
from hotfix.ports.bundle import Ports

_GITHUB = '[github]\nrepository = "acme/shop"\nmerge_into = "{into}"\nreviewer = "{reviewer}"\n'
_REST = """
[kubernetes]
namespace = "shop"
deployments = ["web"]
annotate = true
[[probes]]
name = "web answers"
url = "http://127.0.0.1/"
[[tests]]
name = "unit"
run = "make test"
[close]
follow_up = true
[post_mortem]
issue = true
[rollback]
automatic = true
[git]
also_into = ["develop", "release/*"]
"""
_BAD = BadCommit("hf-1", "an earlier one", "a" * 40, (), "main")
_TARGET = DeploymentRecord("web", "u1", "7", 1, "good", {}, ("web=web:1",), 1, is_healthy=True)


@cache
def every_plan() -> tuple[tuple[str, Plan[Ports]], ...]:
    """Return the plans with words for what makes them different."""
    found: dict[str, Plan[Ports]] = {}
    switches = product(("main", "hotfix/production"), ("rena", ""), ("", _REST))
    for into, reviewer, rest in switches:
        text = _GITHUB.format(into=into, reviewer=reviewer) + rest
        config = parse(text, {}, "hotfix.toml")
        words = f"into {into}, reviewer {reviewer or 'none'}{', all else' if rest else ''}"
        for picks, bad in product(((), ("b" * 40,)), ((), (_BAD,))):
            name = f"hotfix {words}, {len(picks)} picks, {len(bad)} bad"
            audience = Audience.PERHAPS if rest else Audience.UNSAID
            incident = Incident("checkout returns 500", picks=picks, audience=audience)
            found[name] = plan_hotfix(
                incident, config, branch="hotfix/x", beside=False, can_ask=True, bad=bad
            )
        for targets, via in product(((), (_TARGET,)), Via):
            name = f"rollback {words}, {len(targets)} targets, via {via}"
            found[name] = plan_rollback(Incident("x"), config, targets, (), via)
    found |= {f"abort, close {close}": plan_abort(close) for close in (None, True, False)}
    return tuple(found.items())


@cache
def every_step() -> dict[str, Step[Ports]]:
    """Return one step of each name."""
    return {
        step.name: step for _, plan in every_plan() for phase in plan.phases for step in phase.steps
    }
