"""Foreign text, made safe to show: in the domain, as it is sent to other places, too."""

from hotfix.domain.foreign_text import clean, is_code, json_line, links_apart, one_line, verbatim

__all__ = ["clean", "is_code", "json_line", "links_apart", "one_line", "verbatim"]
