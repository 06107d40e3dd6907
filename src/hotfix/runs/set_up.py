"""``hotfix init``: what was found becomes a ``hotfix.toml``, after at most three questions."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from hotfix.composition.detecting import Detecting
from hotfix.config.finding import FILE_NAME, found_config
from hotfix.config.load import load, parse
from hotfix.config.overriding import overrides
from hotfix.config.secret_shapes import looks_secret, masked, secrets_in
from hotfix.detect.cluster import ClusterView
from hotfix.detect.file_text import file_text
from hotfix.detect.found import Found, Said, found_in
from hotfix.detect.setting import Remark, Setting
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.runs.screen import Screen

_REVIEWER = re.compile(r"@?[\w-]+(?:/[\w.-]+)?", re.ASCII)
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
# The last of three is whether the file is committed.
_MOST_QUESTIONS = 2
_MOST_OFFERED = 6
MESSAGE = "Configure hotfix"

_Key = tuple[str, str]


@frozen
class SetUp:
    """A file that may be written, and what it is made of."""

    path: Path  #: where it belongs
    is_there: bool  #: whether something is there, which is kept
    is_usual: bool  #: whether it is where it is found without being named
    text: str
    found: Found
    problem: Problem | None  #: why it would not do as it is; None where it would
    #: the keys in which the file that is kept has something else, each with that
    differences: tuple[tuple[str, str], ...] = ()


def set_up(detecting: Detecting, named: Path | None, screen: Screen | None) -> SetUp:
    """Look at everything, ask what only a person knows, and return the file.

    Args:
        detecting: the clone that is stood in.
        named: the file that the person names; None for ``hotfix.toml`` at the root.
        screen: where a person is asked; None where nobody is.

    Raises:
        ProblemError: git does not answer, or what was found makes no file.
    """
    here = Path.cwd()
    there = found_config(str(here), os.environ, str(named or ""))
    path = Path(there.path) if there is not None else detecting.clone.root / FILE_NAME
    is_usual = there is None or not there.is_named
    is_there = os.path.lexists(path)
    found = _harmless(_found(detecting, None if is_there else screen))
    text = file_text(found)
    differences = tuple(_differences(path, found)) if is_there else ()
    return SetUp(path, is_there, is_usual, text, found, _trouble_with(text, found), differences)


def write(made: SetUp) -> None:
    """Write the file, which is not there yet; raises ProblemError where that cannot be."""
    try:
        with made.path.open("x", encoding="utf-8") as file:
            file.write(made.text)
    except OSError as error:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"{made.path} cannot be written.",
                why=error.strerror or str(error),
                next_command="hotfix init --output ANOTHER-FILE",
            )
        ) from error


def _found(detecting: Detecting, screen: Screen | None) -> Found:
    clone = detecting.view
    said = _by_environment()
    asking = _Asking(screen)
    origin = clone.origin
    repository = _value(said, ("github", "repository")) or origin.repository
    if not repository and asking.may:
        repository = asking.repository()
        if repository:
            said[("github", "repository")] = Said(repository, "as you said")
    urls = (each.value for each in origin.settings if each.key == "api_url")
    api_url = _value(said, ("github", "api_url")) or next((str(each) for each in urls if each), "")
    context = asking.context(detecting.contexts)
    hosted, cluster = detecting.asked(
        context, repository, api_url or "https://api.github.com" if repository else ""
    )
    return asking.rest(lambda also: found_in(clone, hosted, cluster, {**said, **also}))


class _Asking:
    """Asks a person, and counts."""

    def __init__(self, screen: Screen | None) -> None:
        self._screen = screen
        self._left = _MOST_QUESTIONS if screen is not None else 0

    @property
    def may(self) -> bool:
        """Tell whether one more question may be asked."""
        return self._left > 0

    def repository(self) -> str:
        """Return the repository that is typed in; empty for none."""
        prompt = "Which repository of GitHub is this? owner/name, or Enter to leave it open: "
        return self._typed(
            prompt, _REPOSITORY, "Two names with a slash between, such as acme/shop."
        )

    def context(self, contexts: ClusterView) -> str:
        """Return the context to ask: the current one, where there is no choice to be made."""
        others = [each for each in contexts.contexts if each != contexts.context]
        if not others or not self.may or self._screen is None:
            return contexts.context
        self._left -= 1
        offered = [contexts.context, *others] if contexts.context else others
        options = [(each, each) for each in offered[:_MOST_OFFERED]]
        options.append(("", "None of these: leave the cluster out"))
        return self._screen.choose("Which cluster is production in?", options)

    def rest(self, find: Callable[[Mapping[_Key, Said]], Found]) -> Found:
        """Return what is found once the questions are asked that are still open."""
        found, also = find({}), dict[_Key, Said]()
        if len(found.candidates) > 1 and self.may and self._screen is not None:
            self._left -= 1
            options = [(each, each) for each in found.candidates[:_MOST_OFFERED]]
            into = self._screen.choose("The push of which branch deploys to production?", options)
            also["github", "merge_into"] = Said(into, "as you said")
        if not found.value("github", "reviewer") and self.may:
            who = self._typed(
                "Who reviews hotfixes? A login or org/team, or Enter for nobody: ",
                _REVIEWER,
                "A login such as noor, or a team such as acme/payments.",
            )
            if who:
                also["github", "reviewer"] = Said(who.removeprefix("@"), "as you said")
        return find(also) if also else found

    def _typed(self, prompt: str, shape: "re.Pattern[str]", accepted: str) -> str:
        if self._screen is None:
            return ""
        self._left -= 1
        while True:
            line = self._screen.line(prompt)
            if not line or shape.fullmatch(line):
                return line
            self._screen.lines([accepted])


def _by_environment() -> dict[_Key, Said]:
    """Return the keys that a variable overrides: whoever set it meant this repository."""
    found = {}
    for name, value in overrides(os.environ).items():
        section, _, key = name.removeprefix("HOTFIX_").casefold().partition("__")
        if value:
            found[section, key] = Said(value, name)
    return found


def _value(said: Mapping[_Key, Said], key: _Key) -> str:
    return said[key].value if key in said else ""


def _harmless(found: Found) -> Found:
    """Return what was found without what looks like a secret: the file is kept by every run."""
    suites = tuple(each for each in found.suites if not any(secrets_in({"run": each.run})))
    left_out = len(found.suites) - len(suites)
    remarks = [
        replace(each, text=masked(each.text), seen=masked(each.seen)) for each in found.remarks
    ]
    if left_out:
        text = f"{left_out} of the test commands look like holding a secret, and are left out."
        remarks.append(Remark("github", text, "the clone"))
    return replace(
        found,
        settings=tuple(map(_masked, found.settings)),
        suites=suites,
        remarks=tuple(remarks),
    )


def _masked(setting: Setting) -> Setting:
    texts = [setting.value or "", setting.example]
    words = [each for value in texts for each in ((value,) if isinstance(value, str) else value)]
    seen, advice = masked(setting.seen), tuple(map(masked, setting.advice))
    if any(map(looks_secret, words)):
        return Setting(setting.section, setting.key, None, f"{seen}: it looks like a secret")
    return replace(setting, seen=seen, advice=advice)


def _differences(path: Path, found: Found) -> Iterator[tuple[str, str]]:
    """Yield the keys in which a file has something else than what was found."""
    try:
        config = load(path, {})
    except ProblemError as error:
        yield "github.repository", f"nothing that can be told: {error.problem.what}"
        return
    for each in found.settings:
        section = getattr(config, each.section, None)
        has = getattr(section, each.key, "") if section is not None else ""
        if each.is_found and has != each.value:
            shown = has if isinstance(has, str) else ", ".join(map(str, has))
            yield f"{each.section}.{each.key}", masked(shown) or "nothing"


def _trouble_with(text: str, found: Found) -> Problem | None:
    """Return why the file would not do, in the loader's own words.

    Raises:
        ProblemError: it is wrong in another way than by what could not be found.
    """
    try:
        parse(text, {}, FILE_NAME)
    except ProblemError as error:
        by_variables = [name for name, value in overrides(os.environ).items() if value]
        if by_variables:
            mend = f"unset {' '.join(by_variables)}, or mend what they hold; then: hotfix init"
            raise ProblemError(replace(error.problem, next_command=mend)) from error
        if found.value("github", "repository"):
            raise
        return Problem(
            ProblemCode.CONFIGURATION,
            what="It is not known which repository of GitHub this is.",
            why="; ".join(
                each.seen
                for each in found.settings
                if (each.section, each.key) == ("github", "repository")
            ),
            next_command=f"Name the one on GitHub in {FILE_NAME}: [github] repository, then: "
            "hotfix doctor",
        )
    return None
