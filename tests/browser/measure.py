"""Measures a page as an older person meets it: size of letters, contrast, size of what is tapped."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_MEASURE = """
() => {
  const seen = (node) => node.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
      && !node.closest(".unseen");
  const channel = (value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const ground = (node) => {
    for (let place = node; place; place = place.parentElement) {
      const color = parts(getComputedStyle(place).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ["SCRIPT", "NOSCRIPT", "STYLE"].includes(node.tagName)) continue;
    if (node.tagName !== "OPTION" && !seen(node)) continue;
    const style = getComputedStyle(node);
    const size = parseFloat(style.fontSize);
    texts.push({
      text: walk.currentNode.data.trim().slice(0, 20),
      size,
      height: parseFloat(style.lineHeight) / size,
      contrast: contrast(parts(style.color), ground(node)),
    });
  }
  const field = document.querySelector("textarea, input");
  if (field) {
    const style = getComputedStyle(field, "::placeholder");
    texts.push({
      text: "placeholder", size: parseFloat(style.fontSize), height: 1.5,
      contrast: contrast(parts(style.color), ground(field)),
    });
  }
  const targets = [...document.querySelectorAll("button, a, select, textarea, input:not([type=hidden]), summary")]
    .filter(seen)
    .map((node) => {
      const box = node.getBoundingClientRect();
      const name = node.getAttribute("aria-label") || node.innerText || node.value || "";
      const labelled = name || node.labels?.length;
      return {name: name.trim() || node.tagName, width: box.width, height: box.height, labelled: Boolean(labelled)};
    });
  return {texts, targets, wider: document.documentElement.scrollWidth - innerWidth};
}
"""


def measure(page: Page) -> dict[str, Any]:
    """Texts (size px, line height, contrast) and targets (width and height px) that can be seen."""
    measured: dict[str, Any] = page.evaluate(_MEASURE)
    assert measured["texts"]
    return measured


def check_for_elders(page: Page, *, target: float = 60) -> None:
    """Ageing-friendly pages: text 18 px and more, line height 1.3, contrast 4.5:1, targets `target` px both ways."""
    found = measure(page)
    assert not [text for text in found["texts"] if text["size"] < 18], "text under 18 px"
    assert not [text for text in found["texts"] if text["height"] < 1.29], "lines too close"
    assert not [text for text in found["texts"] if text["contrast"] < 4.5], "too little contrast"
    small = [goal for goal in found["targets"] if goal["width"] < target - 0.5 or goal["height"] < target - 0.5]
    assert not small, "targets too small"
    assert not [goal for goal in found["targets"] if not goal["labelled"]], "something to tap has no name"
    assert found["wider"] <= 0, "the page is wider than the screen"
