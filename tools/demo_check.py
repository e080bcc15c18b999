"""Tries the demo page as a person would: draws digits with the mouse in headless Chromium and reads what the page says.

What the page promises, and its own author may rely on nothing else being read here:
`#drawing`     the square that takes strokes
`#clear`       empties it
`#prediction`  `data-state` is `busy` from the first touch of the drawing on and `done` once the answer stands there;
               then `data-label`, `data-probability` (0 to 1) and `data-backend` tell it
"""
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.browser import Chromium, Page
from tools.server import serving

# Of the page's square: paper around the strokes, as a person leaves some.
MARGIN = 0.1
SECONDS = 60


def check(browser: Chromium, roots: Mapping[str, Path], drawings: Path) -> int:
    """Draw each of `drawings` ([{digit, strokes: [[[x, y], …], …]}] in the unit square), print what the page answered;
    1 if an answer is wrong or the page reports an error, else 0."""
    cases = json.loads(drawings.read_text())
    with serving(roots) as server, browser.page(viewport={'width': 1000, 'height': 900}) as page:
        page.goto(server.address + '/')
        answers = [_answer(page, case['strokes']) for case in cases]
        wrong = 0
        for case, answer in zip(cases, answers, strict=True):
            right = answer['label'] == case['digit']
            wrong += not right
            print(f'drew {case["digit"]}: the page says {answer["label"]} ({float(answer["probability"]):.1%}, '
                  f'backend {answer["backend"]}){"" if right else "  WRONG"}')
        for error in page.errors:
            print(f'the page reports: {error}')
        print(f'{len(cases) - wrong} of {len(cases)} right in Chromium {browser.version}')
        return 1 if wrong or page.errors else 0


def _answer(page: Page, strokes: list[list[list[float]]]) -> dict[str, str]:
    page.use(lambda raw: raw.click('#clear'))
    page.use(lambda raw: _draw(raw, strokes))
    page.wait_for("document.querySelector('#prediction').dataset.state === 'done'", SECONDS)
    return dict(page.evaluate("({ ...document.querySelector('#prediction').dataset })"))


def _draw(raw: Any, strokes: list[list[list[float]]]) -> None:
    raw.locator('#drawing').scroll_into_view_if_needed()
    box = raw.locator('#drawing').bounding_box()
    for stroke in strokes:
        points = [(box['x'] + box['width'] * (MARGIN + (1 - 2 * MARGIN) * x),
                   box['y'] + box['height'] * (MARGIN + (1 - 2 * MARGIN) * y)) for x, y in stroke]
        raw.mouse.move(*points[0])
        raw.mouse.down()
        for point in points[1:]:
            raw.mouse.move(*point)
        raw.mouse.up()
