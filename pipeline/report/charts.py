"""How every chart looks, on a page and in a mail: type, colours, titles, and a drawing of its own.

Text and lines are `currentColor`, so that they are read on a light page and on a dark one. Colours
of marks have a contrast of 3 : 1 on both, and differ for the colour-blind. Charts take exact
figures as text; floats only place their marks.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
from rich.cells import cell_len

from pipeline.report import layout
from pipeline.vocab import Status

WIDTH = 505
"""Of a whole chart, in pixels: two stand side by side on a page, one on a narrow one."""
_TITLE_CELLS = 46
_SUBTITLE_CELLS = 64
INK = "currentColor"
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
NOW, THEN = "#3b78d8", "#cc7a00"
COLOURS: Mapping[str, str] = {
    Status.MATCHED: "#0f8a78",
    Status.UNMATCHED: "#cc7a00",
    Status.HELD: "#4a7fe0",
    Status.QUARANTINED: "#c0344f",
    Status.EXCLUDED: "#868d95",
}
NAMES: Mapping[str, str] = {Status.HELD: "on hold"}
_BREAKS = re.compile(r"\s+(?!%|→|[A-Z]{3}\b)")
"""Between words, but not between a figure and its unit."""
_FIRST_STRONG, _END = "\u2068", "\u2069"


def status_name(status: str) -> str:
    """What people call a status."""
    return NAMES.get(status, status)


def reported(text: str | None, cells: int, otherwise: str = "(not named)") -> str:
    """What a report says, as a label: in one line, shortened, and with its direction kept within.

    A title may be written from right to left, or hold what turns the writing of all after it.
    """
    if not text:
        return otherwise
    plain = layout.shortened(layout.plain(text).replace("\n", "\\n"), cells)
    return plain if plain.isascii() else f"{_FIRST_STRONG}{plain}{_END}"


def wrapped(text: str, cells: int) -> list[str]:
    """A text in as few lines of at most so many cells as hold it, all about as long."""
    lines = _broken(text, cells)
    for fewer in range(cells - 1, cells // 2, -1):
        even = _broken(text, fewer)
        if len(even) > len(lines):
            break
        lines = even
    return [layout.shortened(line, cells) for line in lines]


def _broken(text: str, cells: int) -> list[str]:
    """A text in lines, broken between words."""
    lines: list[str] = [""]
    for word in _BREAKS.split(text.strip()):
        longer = f"{lines[-1]} {word}".strip()
        if cell_len(longer) <= cells or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def titled(
    chart: alt.LayerChart | alt.Chart | alt.VConcatChart | alt.ConcatChart,
    title: str,
    subtitle: str = "",
) -> Any:
    """A chart under a title that says what it shows, and what its figures are."""
    words = alt.TitleParams(
        text=wrapped(title, _TITLE_CELLS),
        subtitle=wrapped(subtitle, _SUBTITLE_CELLS) if subtitle else [],
        anchor="start",
        frame="bounds",
        offset=14,
    )
    return dressed(chart.properties(title=words))


def blank(title: str, subtitle: str = "") -> Any:
    """A title in the place of a chart that has nothing to show."""
    nothing = alt.Chart(values([])).mark_point().properties(width=WIDTH - 14, height=1)
    return titled(nothing, title, subtitle)


def dressed(chart: Any) -> Any:
    """A chart in the common type and colours."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12}
    return (
        chart.configure(
            font=FONT,
            background="transparent",
            padding={"left": 4, "top": 6, "right": 10, "bottom": 6},
        )
        .configure_title(
            color=INK,
            fontSize=15,
            fontWeight=600,
            lineHeight=21,
            subtitleColor=INK,
            subtitleFontSize=12,
            subtitleLineHeight=17,
            subtitlePadding=5,
        )
        .configure_view(stroke=None)
        .configure_axis(
            **text,
            titleFontWeight="normal",
            domain=False,
            ticks=False,
            gridColor=INK,
            gridOpacity=0.13,
            labelPadding=6,
        )
        .configure_legend(**text, symbolType="square", symbolSize=120, titleFontWeight="normal")
        .configure_header(labelColor=INK, titleColor=INK, labelFontSize=12)
        .configure_text(color=INK, fontSize=12)
        .configure_rule(color=INK)
        # As SVG its words are of the page: searched, selected, and in the page's own colour.
        .properties(usermeta={"embedOptions": {"renderer": "svg", "actions": {"editor": False}}})
    )


def values(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Rows as the data of a chart, within it."""
    return alt.InlineData(values=[dict(row) for row in rows])


def svg(chart: Any) -> str:
    """A chart as SVG, drawn here: it needs no script and no address."""
    import vl_convert  # of the extra `notebook`; big, and only the mailed report draws by itself

    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return drawn
