"""Where the clone and the work tree of a run are by now: folders are moved, and made anew."""

from pathlib import Path

from hotfix.composition.clone import clone_of
from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import BRANCH, FOLDER, REPOSITORY
from hotfix.domain.merge_state import may_have_merged
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.runs.session import Session


def places_anew(session: Session, progress: Progress) -> tuple[Reported, ...]:
    """Return where the run is worked on from here on, where the folders on record are gone.

    ``session`` is of the run's own repository. Where it stands in no clone, nothing is known
    better; where nothing is gone, nothing changes.

    Raises:
        ProblemError: the clone that is stood in has not the branch of a fix that is not merged yet.
    """
    began_in, folder = progress.settings.repository, progress.facts.get(FOLDER, "")
    is_moved = bool(began_in) and not clone_of(began_in)
    is_folder_gone = bool(folder) and not clone_of(folder)
    if not session.place.clone or not (is_moved or is_folder_gone):
        return ()
    repository = session.tools.repository
    root = repository.work_tree().folder
    moved = (REPOSITORY(str(root)),) if is_moved else ()
    if not is_folder_gone:
        return moved
    branch = progress.facts.get(BRANCH, "")
    if repository.branch_commit(branch) is None and not may_have_merged(progress):
        raise ProblemError(_no_branch(progress.run, branch, root, folder))
    # Without one that has the branch, the steps say which branch belongs there.
    try:
        has_it = repository.folder_of(branch)
    except ProblemError:
        # Nothing is worked on in it any more.
        if not may_have_merged(progress):
            raise
        has_it = None
    found = has_it if has_it is not None and clone_of(str(has_it)) else root
    return (*moved, FOLDER(str(found)))


def _no_branch(run: str, branch: str, root: Path, folder: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The branch of this run, {branch}, is not in {root}.",
        why=f"It was worked on in {folder}, which is gone.",
        next_command=f"git -C {root} fetch, git -C {root} switch {branch}, "
        f"then: hotfix resume {run}",
    )
