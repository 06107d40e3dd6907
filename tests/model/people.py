"""What colleagues do meanwhile, each with rights of their own: moves in the model world.

A move that does not apply (there is no pull request, the lock is held) does nothing.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from hotfix.ports.pull_requests import ReviewVerdict

if TYPE_CHECKING:
    from tests.model.world import Hosted, Pull, World

_COLLEAGUE = "kim"
_THEIR_RUN = "hf-of-kim"
_GITHUB_IS_GONE_FOR = 40.0


def _hosted(world: "World") -> "Hosted":
    return world.hosted["acme/shop"]


def _fix(world: "World") -> "Pull | None":
    """Return the newest open pull request into the deploy branch."""
    hosted = _hosted(world)
    found = [it for it in hosted.pulls.values() if it.is_open and it.base == hosted.deploy_branch]
    return found[-1] if found else None


def _commit(world: "World", branch: str, path: str, text: str) -> str:
    """Push a commit to a branch of the server; it must never be lost."""
    hosted, history = _hosted(world), world.history
    tip = hosted.branches[branch]
    made = {**history.tree(tip), path: text}
    sha = history.commit([tip], made, f"Change {path}", _COLLEAGUE)
    world.persons_commits.add(sha)
    world.push(hosted.name, branch, sha, "")
    return sha


def merges_it(world: "World") -> None:
    """Merge the pull request as it is, approved or not, as administrators may."""
    pull, hosted = _fix(world), _hosted(world)
    if pull is None or world.history.merged(hosted.branches[pull.base], pull.head_sha)[1]:
        return
    world.note("merge_by_a_person", number=pull.number, sha=pull.head_sha)
    world.merge_pull(hosted.name, pull.number, "squash", pull.title, _COLLEAGUE)


def pushes_to_it(world: "World") -> None:
    """Push one more commit to the branch of the pull request."""
    pull = _fix(world)
    if pull is not None and pull.head in _hosted(world).branches:
        _commit(world, pull.head, f"more-{len(world.history.commits)}.py", "more")


def pushes_and_merges(world: "World") -> None:
    """Merge the pull request at a commit that nobody has approved."""
    pushes_to_it(world)
    merges_it(world)


def closes_it(world: "World") -> None:
    """Close the pull request."""
    pull = _fix(world)
    if pull is not None:
        pull.is_open, pull.closed_by, pull.left_to_merge = False, _COLLEAGUE, ""
        world.note("close_by_a_person", number=pull.number, head=pull.head)


def retargets_it(world: "World") -> None:
    """Point the pull request at another branch, which takes it out of a queue."""
    pull, hosted = _fix(world), _hosted(world)
    if pull is not None:
        elsewhere = "main" if pull.base != "main" else "next"
        hosted.branches.setdefault(elsewhere, hosted.branches["main"])
        pull.base, pull.left_to_merge = elsewhere, ""


def renames_it(world: "World") -> None:
    """Give the pull request a title of one's own."""
    pull = _fix(world)
    if pull is not None:
        pull.title = "Let checkout answer again"


def pushes_to_the_base(world: "World") -> None:
    """Push something else to main; where that deploys, it does."""
    _commit(world, "main", f"news-{len(world.history.commits)}.py", "news")


def deletes_the_branch(world: "World") -> None:
    """Delete the branch of the pull request, which closes it."""
    pull = _fix(world)
    if pull is not None and pull.head in _hosted(world).branches:
        closes_it(world)
        del _hosted(world).branches[pull.head]
        world.note("delete_branch", branch=pull.head)


def deploys_by_hand(world: "World") -> None:
    """Give one deployment what is on the deploy branch, past the workflow."""
    from tests.model.world import template_of  # noqa: PLC0415

    hosted = _hosted(world)
    tip = hosted.branches.get(hosted.deploy_branch)
    if tip is not None:
        world.roll_out("web", template_of("web", tip), f"a person: {_COLLEAGUE}")


def cancels_the_deploy(world: "World") -> None:
    """Cancel the newest deploy run that is not over."""
    hosted = _hosted(world)
    left = [run for run in hosted.runs if not run.state.is_over]
    if left:
        world.cancel_deploy(hosted.name, left[-1].id)


def starts_a_deploy(world: "World") -> None:
    """Start the workflow by hand for what is on the deploy branch."""
    hosted = _hosted(world)
    tip = hosted.branches.get(hosted.deploy_branch)
    if tip is not None:
        run = world.start_deploy(
            hosted.name, hosted.deploy_branch, tip, "workflow_dispatch", "", deploys=tip
        )
        run.actor = _COLLEAGUE


def takes_the_lock(world: "World") -> None:
    """Begin another hotfix, which is what the lock is for."""
    lock = world.lock
    if not lock.run:
        lock.run, lock.token, lock.operator = _THEIR_RUN, lock.token + 1, _COLLEAGUE
        lock.host, lock.since, lock.renewed = f"laptop-of-{_COLLEAGUE}", world.now, world.now
        world.note("lock_by_a_person", lock=_THEIR_RUN)


def gives_the_lock_back(world: "World") -> None:
    """End that other hotfix."""
    if world.lock.run == _THEIR_RUN:
        world.lock.run = ""
        world.note("lock_by_a_person", lock="")


def breaks_the_lock(world: "World") -> None:
    """Free the lock by its id, whoever holds it."""
    if world.lock.run:
        world.lock.run = ""
        world.note("lock_by_a_person", lock="")


def objects(world: "World") -> None:
    """Request changes."""
    from tests.model.world import Review  # noqa: PLC0415

    pull = _fix(world)
    if pull is not None:
        verdict = ReviewVerdict.CHANGES_REQUESTED
        pull.reviews.append(Review("rena", verdict, pull.head_sha))


def approves(world: "World") -> None:
    """Approve what is on the branch now."""
    from tests.model.world import Review  # noqa: PLC0415

    pull = _fix(world)
    if pull is not None:
        pull.reviews.append(Review("rena", ReviewVerdict.APPROVED, pull.head_sha))


def leaves_work(world: "World") -> None:
    """Begin something in the work tree of the first clone, and leave it there."""
    clone = next(iter(world.clones.values()))
    name = f"notes-{len(world.persons_files)}.txt"
    clone.uncommitted.setdefault(clone.folder, {})[name] = "mine"
    world.persons_files.append((clone.folder, name, "mine"))


def github_is_gone(world: "World") -> None:
    """GitHub and the remote give no answer for a while."""
    world.out_of_reach["github"] = world.now + timedelta(seconds=_GITHUB_IS_GONE_FOR)


def _named(*moves: Callable[["World"], None]) -> Mapping[str, Callable[["World"], None]]:
    return {move.__name__: move for move in moves}


ON_GITHUB = _named(
    merges_it,
    pushes_to_it,
    pushes_and_merges,
    closes_it,
    pushes_to_the_base,
    deletes_the_branch,
    retargets_it,
    renames_it,
    objects,
    approves,
    github_is_gone,
)
IN_PRODUCTION = _named(deploys_by_hand, cancels_the_deploy, starts_a_deploy)
ELSEWHERE = _named(takes_the_lock, gives_the_lock_back, breaks_the_lock, leaves_work)
MOVES = {**ON_GITHUB, **IN_PRODUCTION, **ELSEWHERE}
