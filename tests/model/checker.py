"""Holds what runs say, as state and facts, against what the model world received.

There is one checker: whatever drives the product in the model world asks it after every command. A
rule is a generator of sentences, one for each thing that is wrong. ``SAYINGS`` are about a run on a
machine; what changed after its last event is no matter of its record. ``EFFECTS`` are about what
was done, whoever says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.model.commands import Result, record_of, runs_on
from tests.model.process import Machine
from tests.model.world import Hosted, Pull, World, Write, commit_of

from hotfix.domain import fact_names
from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.deployment_log import LogEntry, entries
from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone
from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import (
    APPROVED_SHA,
    BASE_SHA,
    BRANCH,
    BREAK_GLASS,
    BRING_BACK_URL,
    CHANGED_BY_OTHERS,
    FOLLOW_UP,
    GOOD_RUN,
    HEAD_SHA,
    HEALTHY,
    LOCK,
    LOCK_TOKEN,
    LOG_ENTRY,
    MERGE_SHA,
    PROOF,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
    RESTORATION,
    REVERT_SHA,
    REVERT_URL,
    ROLLBACK_TARGETS,
    TESTED_SHA,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.merge_how import MERGE_STEP
from hotfix.domain.progress import BUDGET_STEP, Progress, RunState
from hotfix.domain.restoration import RestoreState

_SHAS = (APPROVED_SHA, BASE_SHA, HEAD_SHA, MERGE_SHA, REVERT_SHA, TESTED_SHA)
_URLS = (BRING_BACK_URL, FOLLOW_UP, PULL_REQUEST_URL, REVERT_URL, WORKFLOW_RUN_URL)
# What an answer about these does not say of a merge that nobody approved.
_OF_MERGING = {"merge", "not-merged"}
_OF_GOING_BACK = {"roll-back", "over-others", "run-again"}
_DEPLOYS = ("patch", "dispatch", "run_again", "cancel")
_OF_THE_LOCK = ("claim_lock", "release_lock", "take_lock_over", "break_lock", "lock_by_a_person")
# What a command that was refused may have done all the same: it asks for the lock first.
_IS_NO_WORK = {*_OF_THE_LOCK, "fence", "check_out", "post", "edit_message", "update_base"}
_AN_HOUR = 3600.0


@dataclass
class Findings:
    """What was found to be wrong, in words."""

    sayings: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sayings or self.effects)

    def __str__(self) -> str:
        return "\n".join(
            [f"says: {each}" for each in self.sayings] + [f"did: {each}" for each in self.effects]
        )


@dataclass(frozen=True)
class Seen:
    """A run, as its record on a machine has it, and the world beside it."""

    world: World
    machine: Machine
    run: str
    events: Sequence[Event]
    progress: Progress

    @property
    def facts(self) -> Facts:
        return self.progress.facts

    @property
    def state(self) -> RunState:
        return self.progress.state

    @property
    def is_over(self) -> bool:
        return self.state.is_over and self.state is not RunState.TAKEN_OVER

    @property
    def last_at(self) -> datetime:
        return self.at(self.events[-1])

    def at(self, event: Event) -> datetime:
        """Return when it was, by the world's time: the machine's clock may be off."""
        earlier = (self.world.shown_at.get((self.run, seq)) for seq in range(event.seq, 0, -1))
        return next((moment for moment in earlier if moment is not None), event.at)

    @cached_property
    def hosted(self) -> Hosted:
        origin = self.progress.settings.origin
        return self.world.hosted[origin.repository if origin else "acme/shop"]

    @cached_property
    def writes(self) -> list[Write]:
        """What this run did, on whatever machine."""
        return [each for each in self.world.writes if each.run == self.run]

    @cached_property
    def fix(self) -> Pull | None:
        """The pull request of the run's fix: the one that it names, or else one that it opened."""
        number = self.facts.get(PULL_REQUEST_NUMBER)
        if number is not None:
            return self.hosted.pulls.get(number)
        opened = [
            pull
            for pull in self.hosted.pulls.values()
            if pull.opened_by == self.run and not pull.title.startswith(("Revert", "Bring back"))
        ]
        return opened[-1] if opened else None

    def did(self, *kinds: str) -> list[Write]:
        return [each for each in self.writes if each.kind in kinds]

    def rollouts(self, name: str, until: datetime | None = None) -> list[Write]:
        """Return what a deployment was rolled out to, oldest first."""
        return [
            each
            for each in self.world.writes
            if each.kind == "roll_out"
            and each["deployment"] == name
            and (until is None or each.at <= until)
        ]

    def is_ours(self, rollout: Write) -> bool:
        """Tell whether this run rolled it out: by a patch, or by the deploy of its merge."""
        by = str(rollout["by"])
        if by == self.run:
            return True
        deploy = _deploy_run(self.hosted, by)
        return deploy is not None and deploy.started_by == self.run


@dataclass(frozen=True)
class Story:
    """All that happened: the world, the machines, and the commands that were given."""

    world: World
    machines: Sequence[Machine]
    results: Sequence[Result] = ()

    @cached_property
    def seen(self) -> tuple[Seen, ...]:
        """Every run on every machine."""
        return tuple(
            Seen(self.world, machine, run, *record_of(machine, run))
            for machine in self.machines
            for run in runs_on(machine)
        )

    def of(self, run: str) -> list[Result]:
        return [each for each in self.results if each.run == run]


def check(world: World, machines: Iterable[Machine], results: Sequence[Result]) -> Findings:
    """Return what is wrong with what the last command said, and with all that was done."""
    story = Story(world, tuple(machines), results)
    found = Findings()
    for last in story.results[-1:]:
        # What no command has walked since it was held against the world says nothing new.
        for seen in (each for each in story.seen if each.run == last.run and each.events):
            for saying in SAYINGS:
                found.sayings += [f"{_name(seen)} {each}" for each in saying(seen)]
        found.sayings += [f"{last.command} {each}" for each in _of_the_command(last)]
    for effect in EFFECTS:
        found.effects += list(effect(story))
    return found


def _name(seen: Seen) -> str:
    return f"[{seen.state.value} on {seen.machine.host}]"


# What is said.


def _merge(seen: Seen) -> Iterator[str]:
    """What is said of the merge is what happened to the pull request."""
    sha, pull = seen.facts.get(MERGE_SHA), seen.fix
    if sha is not None:
        if pull is None or pull.merge_sha != sha:
            yield f"says that {sha[:8]} is its merge, which it is not"
        elif seen.progress.plan != "hotfix":
            return  # whoever goes back or leaves says what there is, whoever merged it
        elif pull.merged_head != seen.facts.get(APPROVED_SHA) and not _accepted(seen, _OF_MERGING):
            yield f"counts the merge of {pull.merged_head[:8]} as its own, which nobody approved"
        return
    merged_at = pull.merged_at if pull is not None else None
    if merged_at is None or merged_at > seen.last_at:
        return
    if seen.is_over:
        yield "is over and knows of no merge, though its pull request is merged"
    elif seen.did("merge") and ("hotfix", "merge_the_fix") not in seen.progress.begun:
        yield "knows of no merge and of none begun, though it merged"
    elif seen.did("merge") and seen.progress.pending_step == BUDGET_STEP:
        yield "asks whether to stop before the merge, though it merged"


def _merged_where(seen: Seen) -> Iterator[str]:
    """Where it is said to be merged into is where it was merged into."""
    pull = seen.fix
    for event in seen.events:
        said = event.said
        if event.step != MERGE_STEP or not isinstance(said, StepDone) or pull is None:
            continue
        branch = said.saying.removeprefix("Merged into ").partition(" as ")[0]
        if branch != said.saying and pull.merged_into and branch != pull.merged_into:
            yield f"says that it is merged into {branch}, which is {pull.merged_into}"


def _accepted(seen: Seen, besides: set[str]) -> bool:
    """Tell whether a person was asked about more than the usual ``besides``, and went on."""
    steps = {"merge_the_fix", "await_the_merge", "settle", "await_checks", "await_approval"}
    return any(
        each.step in steps and each.question.key not in besides for each in seen.progress.decisions
    )


def _rolled_back(seen: Seen) -> Iterator[str]:
    """What was rolled back runs, and nothing that was under way ships the commit again."""
    if seen.state is not RunState.ROLLED_BACK:
        return
    for name, sha in _wanted(seen).items():
        made = seen.rollouts(name, seen.last_at)
        if made and made[-1]["sha"] != sha:
            yield f"is over, and {name} did not run what it says it went back to"
    pull = seen.fix
    if pull is None or not pull.merge_sha or _asked_about_runs(seen):
        return
    future = seen.world.copy()
    future.advance(_AN_HOUR)
    for write in future.writes:
        if write.kind != "roll_out" or write.at <= seen.last_at:
            continue
        deploy = _deploy_run(future.hosted[seen.hosted.name], str(write["by"]))
        if deploy is None or deploy.created_at > seen.last_at or deploy.attempt > 1:
            continue
        if future.history.carries(str(write["sha"]), pull.merge_sha):
            where = write["deployment"]
            yield f"is over, and run {deploy.id} ships {pull.merge_sha[:8]} to {where}"


def _wanted(seen: Seen) -> dict[str, str]:
    """Return which commit each deployment was to go back to."""
    targets = seen.facts.get(ROLLBACK_TARGETS, ())
    good = seen.facts.get(GOOD_RUN)
    if good is not None and seen.progress.settings.via == "actions":
        return {each.name: good.sha for each in seen.facts.get(HEALTHY, ())}
    return {each.name: commit_of(each.template) for each in targets}


def _asked_about_runs(seen: Seen) -> bool:
    return any(
        each.question.key not in _OF_GOING_BACK
        for each in seen.progress.decisions
        if each.step in {"see_what_runs_now", "confirm_the_rollback", "settle_the_deploys"}
    )


def _held(seen: Seen) -> Iterator[str]:
    """A commit that was rolled back and is on the deploy branch is warned of."""
    pull = seen.fix
    if seen.state is not RunState.ROLLED_BACK or pull is None or not pull.merge_sha:
        return
    tip = seen.hosted.branches.get(pull.base)
    is_aboard = tip is not None and seen.world.history.carries(tip, pull.merge_sha)
    if is_aboard and bad_commit(seen.progress) is None:
        yield f"holds no warning, though {pull.base} carries {pull.merge_sha[:8]}"


def _lock(seen: Seen) -> Iterator[str]:
    """A run that says that it holds the lock holds it, unless others took it since."""
    facts, lock = seen.facts, seen.world.lock
    plan = seen.progress.plan
    is_given_back = seen.progress.is_done("release_the_lock") or (
        (plan, "release_the_lock") in seen.progress.begun
    )
    if seen.state.is_over or LOCK_TOKEN not in facts or LOCK not in facts or is_given_back:
        return
    if (lock.run, lock.token) == (seen.run, facts[LOCK_TOKEN]):
        return
    changes = [each for each in seen.world.writes if each.kind in _OF_THE_LOCK]
    # A claim whose answer was lost is younger than the record.
    last = next((each for each in reversed(changes) if each.at < seen.last_at), None)
    is_newest = last is not None and last is changes[-1]
    if last and is_newest and (last.run, last.operator) == (seen.run, seen.machine.operator):
        yield f"says that it holds the lock under {facts[LOCK_TOKEN]}, which it does not"


def _names(seen: Seen) -> Iterator[str]:
    """Commits, pull requests, issues, runs and branches that are named are there."""
    for fact in _SHAS:
        sha = seen.facts.get(fact)
        if sha is not None and sha not in seen.world.history.commits:
            yield f"names a commit {fact.key} that is not there"
    for url in (seen.facts.get(each) for each in _URLS):
        if url is not None and url.startswith("http") and not _is_there(seen.hosted, url):
            yield f"names {url}, which is not there"
    yield from _branches(seen)


def _branches(seen: Seen) -> Iterator[str]:
    gone = {each["branch"] for each in seen.world.writes if each.kind == "delete_branch"}
    clone = seen.world.clones[seen.machine.clone]
    for fact in (BRANCH, fact_names.REVERT_BRANCH):
        branch = _text(seen.facts, fact)
        there = {*clone.branches, *seen.hosted.branches, *gone}
        if branch and branch not in there and not seen.hosted.deletes_head:
            yield f"names the branch {branch}, which is not there"


def _text(facts: Facts, fact: Fact[str]) -> str:
    return facts.get(fact, "")


def _is_there(hosted: Hosted, url: str) -> bool:
    kind, _, number = url.partition(f"{hosted.name}/")[2].rpartition("/")
    there: dict[str, Iterable[int]] = {
        "pull": hosted.pulls,
        "issues": hosted.issues,
        "actions/runs": [run.id for run in hosted.runs],
    }
    return number.isdecimal() and int(number) in there.get(kind, ())


def _approval(seen: Seen) -> Iterator[str]:
    """What is said to be approved was approved, or the glass was broken."""
    sha, pull = seen.facts.get(APPROVED_SHA), seen.fix
    if sha is None or pull is None or BREAK_GLASS in seen.facts:
        return
    if not pull.approvers(sha):
        yield f"says that {sha[:8]} was approved, which nobody did"


def _log(seen: Seen) -> Iterator[str]:
    """The deployment log tells of what happened, with the commit that it happened with."""
    for event, entry in _entries_with_events(seen):
        if entry.commit and entry.commit not in seen.world.history.commits:
            yield f"logs a commit {entry.commit[:8]} that is not there"
        elif entry.outcome == "deployed":
            until = seen.at(event)
            made = [it for it in seen.world.writes if it.kind == "roll_out" and it.at <= until]
            if not any(each["sha"] == entry.commit for each in made):
                yield f"logs that {entry.commit[:8]} was deployed, which it was not"
        elif not entry.commit and not seen.did(*_DEPLOYS) and not seen.progress.settings.targets:
            yield "logs a rollback, and rolled back nothing"


def _entries_with_events(seen: Seen) -> Iterator[tuple[Event, LogEntry]]:
    found = iter(entries(seen.events))
    for event in seen.events:
        if isinstance(event.said, StepDone) and LOG_ENTRY in Facts(event.said.facts):
            yield event, next(found)


def _proof(seen: Seen) -> Iterator[str]:
    """What is said to be proven ran when it was said."""
    for event in seen.events:
        if not isinstance(event.said, StepDone):
            continue
        facts = Facts(event.said.facts)
        for each in facts.get(PROOF, ()):
            made = seen.rollouts(each.name, seen.at(event))
            if made and made[-1]["sha"] != seen.facts.get(MERGE_SHA):
                yield f"says that {each.name} was proven to run the merge, which it did not"


def _others(seen: Seen) -> Iterator[str]:
    """What this run rolled out itself is not called somebody else's."""
    begun = seen.at(seen.events[0])
    for name in seen.facts.get(CHANGED_BY_OTHERS, ()):
        since = [each for each in seen.rollouts(name, seen.last_at) if each.at > begun]
        if HEALTHY in seen.facts and since and all(map(seen.is_ours, since)):
            yield f"says that somebody else changed {name}, which was itself"


def _restoration(seen: Seen) -> Iterator[str]:
    """What is said to be patched was patched."""
    patched = {each["deployment"] for each in seen.did("patch")}
    for each in seen.facts.get(RESTORATION, ()):
        if each.state is RestoreState.PATCHED and each.name not in patched:
            yield f"says that it patched {each.name}, which it did not"


def _told(seen: Seen) -> Iterator[str]:
    """What is said to have been told stands in the channel."""
    there = {each.key for each in seen.world.messages if each.run == seen.run}
    for key in seen.progress.told - there:
        yield f"says that {key} was told, which it was not"


def _taken_over(seen: Seen) -> Iterator[str]:
    """A run that is said to be taken over was."""
    if seen.state is RunState.TAKEN_OVER and not any(
        each.run == seen.run and each.operator != seen.machine.operator
        for each in seen.world.writes
        if each.kind in {"take_lock_over", "claim_lock", "fence"}
    ):
        yield "says that it was taken over, which it was not"


def _of_the_command(result: Result) -> Iterator[str]:
    """A command that came to its end leaves no run that is said to be going on."""
    progress = result.progress
    if progress is None or result.is_killed or result.command == "status":
        return
    if progress.state is RunState.RUNNING:
        yield "ended, and its run is said to be running"
    if result.exit_code == 0 and not progress.state.is_over:
        yield f"ended with 0, and its run is {progress.state.value}"


SAYINGS: tuple[Callable[[Seen], Iterator[str]], ...] = (
    _merge,
    _merged_where,
    _rolled_back,
    _held,
    _lock,
    _names,
    _approval,
    _log,
    _proof,
    _others,
    _restoration,
    _told,
    _taken_over,
)


# What was done.


def _twice(story: Story) -> Iterator[str]:
    """Nothing is done twice."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for write in story.world.writes:
        which = _ONCE.get(write.kind)
        if write.run and which is not None:
            clone = write.operator if write.kind in _IN_A_CLONE else ""
            counts[(write.run, write.kind, clone, *(write[key] for key in which))] += 1
    closed = Counter(
        each["head"] for each in story.world.writes if each.kind == "close_by_a_person"
    )
    for key, number in counts.items():
        run, kind, which, allowed = key[0], key[1], key[3:], 1
        if kind == "open_pull_request":
            allowed += closed[which[0]]
        if kind in {"dispatch", "run_again"}:
            allowed = max(1, _rollbacks(story, str(run)))
        if number > allowed:
            yield f"{kind} {_short(which)} {number} times"


# After a takeover another clone has to get them, too.
_IN_A_CLONE = {"cut_branch", "pick", "revert"}
# Writes that a run makes once, and what tells one from another.
_ONCE: dict[str, tuple[str, ...]] = {
    "cut_branch": ("branch",),
    "revert": ("branch",),
    "pick": ("branch",),
    "ensure_branch": ("branch",),
    "open_pull_request": ("head", "base"),
    "request_review": ("number", "who", "sha"),
    "merge": (),
    "dispatch": ("sha",),
    "run_again": ("id",),
    "run_failed_again": ("id",),
    "open_issue": ("title",),
    "comment": ("number", "text"),
    "publish_incident": (),
    "close_pull_request": ("number",),
}


def _short(which: Sequence[Any]) -> str:
    return " ".join(str(each)[:40] for each in which)


def _rollbacks(story: Story, run: str) -> int:
    """Return how often going back was asked for: by a command, or by an answer."""
    return 1 + sum(each.command.startswith("rollback") for each in story.of(run))


def _messages(story: Story) -> Iterator[str]:
    """One parent a run, and each reply once."""
    said = Counter((each.run, each.key) for each in story.world.messages)
    for (_, key), number in said.items():
        if number > 1:
            yield f"told {key} {number} times"


def _entries(story: Story) -> Iterator[str]:
    """One entry for a deployment, one for each rollback."""
    for seen in story.seen:
        counts = Counter(each.outcome for each in entries(seen.events))
        if counts["deployed"] > 1 or counts["rolled-back"] > _rollbacks(story, seen.run):
            yield f"logged {dict(counts)}"


def _merges(story: Story) -> Iterator[str]:
    """A fix is merged into the branch that was asked about, under the title that people read."""
    for seen in story.seen:
        asked = [it.question.text for it in seen.progress.decisions if it.question.key == "merge"]
        branches = {text.removeprefix("Merge into ").split()[0] for text in asked}
        for write in seen.did("merge", "hand_over"):
            if seen.fix is None or write["number"] != seen.fix.number:
                continue
            if branches and write["base"] not in branches:
                yield f"merged into {write['base']}, and was asked about {sorted(branches)}"
            if not write["named"]:
                yield "merged under a title that the pull request does not have"


def _patches(story: Story) -> Iterator[str]:
    """A rollback writes a deployment once, and no change of others without a yes."""
    places = {id(each): place for place, each in enumerate(story.world.writes)}
    for seen in story.seen:
        for write in seen.did("patch"):
            name = write["deployment"]
            # The rollout that the patch made comes last.
            made = [each for each in seen.rollouts(name) if places[id(each)] < places[id(write)]][
                :-1
            ]
            if not made:
                continue
            if made[-1]["by"] == seen.run and made[-1].order == write.order:
                yield f"patched {name} over its own patch"
            merged = {seen.fix.merge_sha} if seen.fix is not None else set()
            ours = merged | {each["sha"] for each in made if seen.is_ours(each)}
            by, sha = str(made[-1]["by"]), made[-1]["sha"]
            # What it rolled out itself it may take back, whoever rolled it out once more.
            is_others = by.startswith("a person") and sha not in ours
            if is_others and HEALTHY in seen.facts and not _said_yes_to_others(seen):
                yield f"patched {name} over somebody else's change without a yes"


def _said_yes_to_others(seen: Seen) -> bool:
    return any(each.question.key in {"over-others", "undone"} for each in seen.progress.decisions)


def _elsewhere(story: Story) -> Iterator[str]:
    """A run writes in the repository that it began in, and in no other."""
    for seen in story.seen:
        origin = seen.progress.settings.origin
        for write in seen.writes:
            where = write["repository"]
            if origin is not None and where is not None and where != origin.repository:
                yield f"{write.kind} in {where}, by a run of {origin.repository}"


def _lost(story: Story) -> Iterator[str]:
    """What people made is still there: commits in a branch, work in the work tree."""
    world = story.world
    tips = {tip for clone in world.clones.values() for tip in clone.branches.values()}
    tips |= {tip for hosted in world.hosted.values() for tip in hosted.branches.values()}
    tips |= {pull.head_sha for each in world.hosted.values() for pull in each.pulls.values()}
    there: set[str] = set()
    for tip in tips:
        there |= world.history.ancestors(tip)
    for sha in world.persons_commits - there:
        yield f"lost the commit {world.history.commits[sha].subject!r}"
    for folder, path, text in world.persons_files:
        left = world.clones[folder].uncommitted.values()
        is_in_a_tree = any(files.get(path) == text for files in left)
        if not is_in_a_tree and not any(world.history.tree(it).get(path) == text for it in there):
            yield f"lost the uncommitted {path}"


def _locks(story: Story) -> Iterator[str]:
    """Nobody's lock is freed but one's own, and a run that is over holds none."""
    merged = {each.run for each in story.world.writes if each.kind == "merge"}
    for write in story.world.writes:
        if write.kind != "release_lock" or not write.run:
            continue
        if write["holder"] != write.operator:
            yield f"{write.operator} freed the lock of {write['holder']}"
        # A run that has merged nothing lends its lock to a rollback by the same operator.
        elif write["lock"] != write.run and write["lock"] in merged:
            yield f"{write.operator} freed the lock of a run that has merged"
    lock = story.world.lock
    ours = [each for each in story.seen if each.run == lock.run]
    holder = [each for each in ours if each.machine.host == lock.host]
    if holder and holder[0].is_over:
        yield f"{holder[0].state.value}, and holds the lock"


def _orders(story: Story) -> Iterator[str]:
    """A command writes what it is for, one that was refused nothing; and none is forgotten."""
    commands = {each.order: each for each in story.results}
    for write in story.world.writes:
        result = commands.get(write.order)
        if result is None or write.kind in _IS_NO_WORK:
            continue
        if result.problem is not None:
            yield f"{result.command} was refused ({result.problem.what}) and did {write.kind}"
        is_out = result.command.startswith("abort") or result.command == "status"
        if is_out and write.kind in {*_DEPLOYS, "merge", "hand_over", "open_pull_request"}:
            yield f"{result.command} did {write.kind}"
    yield from _forgotten(story)


def _forgotten(story: Story) -> Iterator[str]:
    """A pull request that was ordered to be closed is, once the run is over by that order."""
    for seen in story.seen:
        orders = [each.command for each in story.of(seen.run) if each.command.startswith("abort")]
        pull = seen.fix
        is_ended = seen.state in {RunState.ABORTED, RunState.STOPPED}
        is_ordered = bool(orders) and orders[-1] == "abort and close"
        if is_ended and is_ordered and pull is not None and pull.is_open:
            yield f"was to close pull request {pull.number}, which is open"


def _unforeseen(story: Story) -> Iterator[str]:
    """No error came that nobody foresaw, in the product or in the model of the world."""
    for machine in story.machines:
        for path in sorted(machine.state.glob("runs/*/traceback-*.txt")):
            yield f"came to an error that nobody foresaw:\n{path.read_text(encoding='utf-8')}"


EFFECTS: tuple[Callable[[Story], Iterator[str]], ...] = (
    _twice,
    _messages,
    _entries,
    _merges,
    _patches,
    _elsewhere,
    _lost,
    _locks,
    _orders,
    _unforeseen,
)


def _deploy_run(hosted: Hosted, by: str) -> Any:
    number = by.removeprefix("deploy run ")
    if not number.isdecimal():
        return None
    return next((each for each in hosted.runs if each.id == int(number)), None)
