"""What one stumbles over in a drawn chart: words upon words, and words beyond the frame."""

from collections.abc import Mapping

from playwright.sync_api import Page

_PAGE = """<!doctype html><meta charset="utf-8"><body style="font-family: sans-serif">"""
_LOOK = """
drawings => drawings.flatMap((svg, place) => {
  const frame = svg.getBoundingClientRect();
  const name = svg.parentElement.dataset.name || `chart ${place}`;
  const words = [...svg.querySelectorAll("text")]
    .filter(text => text.textContent.trim() && getComputedStyle(text).opacity !== "0")
    .map(text => ({ said: text.textContent, box: text.getBoundingClientRect() }));
  const found = [];
  words.forEach((one, at) => {
    const a = one.box;
    if (a.left < frame.left - 1 || a.right > frame.right + 1 ||
        a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
      found.push(`${name}: ${one.said} is beyond the frame`);
    for (const other of words.slice(at + 1)) {
      const b = other.box;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 2.5) found.push(`${name}: ${one.said} upon ${other.said}`);
    }
  });
  return found;
})
"""


def shown(page: Page, drawings: Mapping[str, str], width: int = 1280) -> None:
    """Put drawings on an empty page, each under its name."""
    page.set_viewport_size({"width": width, "height": 800})
    boxes = "".join(f'<div data-name="{name}">{svg}</div>' for name, svg in drawings.items())
    page.set_content(_PAGE + boxes)


def stumbles(page: Page) -> list[str]:
    """Words upon words, and words beyond the frame, of every chart of a page."""
    # A locator sees into the shadows in which notebooks keep their charts.
    found: list[str] = page.locator("svg:has(text)").evaluate_all(_LOOK)
    return found
