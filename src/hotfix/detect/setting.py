"""A key of ``hotfix.toml`` as it was found, or as it was not."""

from hotfix.domain.frozen import frozen

Value = str | tuple[str, ...]


@frozen
class Setting:
    """One key, with what it should be and where that was seen."""

    section: str  #: such as ``github``; of a list of tables, such as ``tests``, one for each
    key: str
    value: Value | None  #: None where nothing was found
    seen: (
        str  #: the file, the branch or the remote that says so; not found, where it was looked for
    )
    #: what stands in the commented-out line where nothing was found, as an example
    example: Value = ""
    advice: tuple[str, ...] = ()  #: what whoever reads the file should know besides

    @property
    def is_found(self) -> bool:
        """Tell whether there is something to write."""
        return self.value is not None


@frozen
class Remark:
    """What was seen, is no key, and changes how a hotfix or a rollback goes."""

    section: str  #: below which it is said
    text: str  #: one sentence or more
    seen: str  #: where
