"""Foreign text, made safe to show: in the domain, as it is sent to other places, too."""

from hotfix.domain.foreign_text import clean, json_line, one_line

__all__ = ["clean", "json_line", "one_line"]
