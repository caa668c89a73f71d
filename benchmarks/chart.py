"""The chart: requests per second of each server, a panel for each question, as SVG that fits light and dark pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

PANEL_WIDTH, PANEL_GAP, LABELS, BAR, STEP, TOP = 470, 30, 165, 16, 24, 34
VALUES = 62
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.value { font-size: 12px; fill: #57606a }
.limit { fill: #afb8c1 } .ours { fill: #0969da } .node { fill: #1a7f37 } .python { fill: #bf8700 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .value { fill: #8d96a0 }
  .limit { fill: #6e7681 } .ours { fill: #4493f8 } .node { fill: #3fb950 } .python { fill: #d29922 }
}
"""


@dataclass(frozen=True)
class Bar:
    """One server's figure; `kind` decides the colour."""

    label: str
    kind: str
    value: float


@dataclass(frozen=True)
class Panel:
    """The bars of one question."""

    title: str
    bars: Sequence[Bar]


def draw(panels: Sequence[Panel], description: str) -> str:
    """The picture, two panels in a row."""
    height = TOP + STEP * max(len(panel.bars) for panel in panels)
    rows = -(-len(panels) // 2)
    total_width, total_height = 2 * PANEL_WIDTH + PANEL_GAP, rows * (height + PANEL_GAP) - PANEL_GAP
    drawn = [
        _panel(panel, (PANEL_WIDTH + PANEL_GAP) * (place % 2), (height + PANEL_GAP) * (place // 2))
        for place, panel in enumerate(panels)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total_width} {total_height}" role="img">\n'
        f"<title>{escape(description)}</title>\n<style>{STYLE}</style>\n" + "\n".join(drawn) + "\n</svg>\n"
    )


def _panel(panel: Panel, left: int, top: int) -> str:
    most = max(bar.value for bar in panel.bars)
    lines = [f'<text class="title" x="{left + LABELS}" y="{top + 16}">{escape(panel.title)}</text>']
    for place, bar in enumerate(panel.bars):
        y = top + TOP + STEP * place
        width = max(1.0, (PANEL_WIDTH - LABELS - VALUES) * bar.value / most)
        x = left + LABELS
        lines += [
            f'<text x="{x - 8}" y="{y + 13}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="{bar.kind}" x="{x}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text class="value" x="{x + width + 6:.1f}" y="{y + 13}">{bar.value:,.0f}</text>',
        ]
    return "\n".join(lines)
