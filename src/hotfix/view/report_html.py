"""The report as one page of HTML: nothing is loaded from elsewhere, and nothing runs in it.

Every text goes through ``html.escape`` at the one place where it becomes markup: ``_text``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

from hotfix.view import report
from hotfix.view.account_text import who
from hotfix.view.durations import clock
from hotfix.view.foreign_text import is_code, one_line, verbatim
from hotfix.view.phase_picture import phase_picture
from hotfix.view.report_markdown import LINK

_STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;--quiet:#57606a;--line:#d0d7de;
--link:#0a5cc2;--fill:#fff6d6}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--quiet:#9aa4ae;
--line:#3d444d;--link:#5aa2ff;--fill:#3a3000}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:56rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid var(--line)}
a{color:var(--link)}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--quiet)}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem .25rem 0;
border-bottom:1px solid var(--line)}
th{overflow-wrap:break-word}
th[scope=row]{min-width:6.5rem;overflow-wrap:anywhere}
.timeline{list-style:none;padding:0}
.timeline li{border-left:3px solid var(--line);padding:.15rem 0 .15rem .6rem;margin:.1rem 0}
.timeline .phase{border-left-color:var(--link);font-weight:600;margin-top:.8rem}
.when{color:var(--quiet);font-size:.875rem;font-weight:400}
.hotfix-picture{width:100%;max-width:26rem;height:auto;display:block}
.fill{background:var(--fill);padding:.5rem;border:1px dashed var(--quiet)}
pre{margin:0;white-space:pre-wrap;tab-size:4;font:.875em/1.4 ui-monospace,monospace}
.to-do{list-style:none;padding-left:0}
.to-do>li::before{content:"\\2610\\00a0"}
@media (min-width:48rem){.timeline li{display:grid;grid-template-columns:19rem 1fr;gap:1rem}}
@media print{:root{--ink:#000;--paper:#fff;--quiet:#333;--line:#999;--link:#000;--fill:#fff}
body{font-size:10pt}main{max-width:none;padding:0}.hotfix-picture{max-width:22rem}
h2{break-after:avoid}li,tr,svg{break-inside:avoid}}
"""


def report_html(account: Mapping[str, Any]) -> str:
    """Return the whole report.

    Args:
        account: the object of ``hotfix show --json``.
    """
    title = _text(report.title(account))
    body = "".join(map(_section, report.sections(account)))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # Whoever opens the file loads nothing, whatever a text in it says.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _section(section: report.Section) -> str:
    blocks = "".join(map(_block, section.blocks))
    return f"<section><h2>{_text(section.title)}</h2>{blocks}</section>\n"


def _text(text: str) -> str:
    """Return foreign text as markup that shows it as it is, and nothing else."""
    return escape(one_line(text))


def _linked(text: str) -> str:
    """Return foreign text as markup in which what is a link can be followed."""
    parts, end, text = [], 0, one_line(text)
    for link in LINK.finditer(text):
        url = escape(link[0])
        parts += [escape(text[end : link.start()]), f'<a href="{url}" rel="noreferrer">{url}</a>']
        end = link.end()
    return "".join((*parts, escape(text[end:])))


def _block(block: report.Block) -> str:
    match block:
        case report.Paragraph(text):
            return f"<p>{_linked(text)}</p>"
        case report.Items(items, is_to_do):
            kind = ' class="to-do"' if is_to_do else ""
            return f"<ul{kind}>{''.join(_item(*each) for each in items)}</ul>"
        case report.Table(caption, head, rows):
            return _table(caption, head, rows)
        case report.Timeline(entries):
            return f'<ol class="timeline">{"".join(map(_entry, entries))}</ol>'
        case report.Picture(phases):
            return phase_picture(phases)
        case report.FillIn(what):
            return f'<p class="fill"><em>To be filled in:</em> {_text(what)}</p>'


def _item(text: str, lines: Sequence[str]) -> str:
    inner = "".join(
        f"<li><pre>{escape(verbatim(chr(10).join(group)))}</pre></li>"
        if is_whole
        else "".join(f"<li>{_linked(line)}</li>" for line in group)
        for is_whole, group in groupby(lines, is_code)
    )
    return f"<li>{_linked(text)}{f'<ul>{inner}</ul>' if inner else ''}</li>"


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{_linked(first)}</th>'
        + "".join(f"<td>{_linked(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f"<table><caption>{_text(caption)}</caption><thead><tr>{names}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _entry(entry: Mapping[str, Any]) -> str:
    kind = ' class="phase"' if entry["is_heading"] else ""
    when = " · ".join(_when(entry))
    what = _linked(f"{entry['mark']} {one_line(entry['what'])}".strip())
    return f'<li{kind}><div class="when">{when}</div><div>{what}</div></li>'


def _when(entry: Mapping[str, Any]) -> Iterator[str]:
    utc = datetime.fromisoformat(entry["at"])
    local = datetime.fromisoformat(entry["at_local"])
    yield f'<time datetime="{escape(entry["at"])}">{utc:%Y-%m-%d %H:%M:%S} UTC</time>'
    if local.utcoffset() != utc.utcoffset():
        days = (local.date() - utc.date()).days
        yield f"{local:%H:%M:%S %z}" + (f" ({days:+d} d)" if days else "")
    yield f"+{clock(entry['since_start_seconds'])}"
    if entry["took_seconds"] is not None:
        yield f"took {clock(entry['took_seconds'])}"
    yield _text(who(entry))
