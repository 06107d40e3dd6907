"""The example that ships with the program."""

from importlib.resources import files


def example() -> str:
    """Return the text of ``hotfix.toml.example``."""
    return files("hotfix.config").joinpath("hotfix.toml.example").read_text(encoding="utf-8")
