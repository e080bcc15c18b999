"""The check of the demo can fail: shown on small pages that tell digits by whether they have one stroke or two."""
import json
from pathlib import Path

import pytest

from tools.demo_check import check

PAGE = '''<!doctype html><div id="drawing" style="width: 300px; height: 300px; margin: 2000px 40px 0"></div>
<button id="clear">clear</button><p id="prediction"></p>
<script>
  const drawing = document.querySelector('#drawing'), prediction = document.querySelector('#prediction');
  let strokes = 0, moves = 0;
  document.querySelector('#clear').onclick = () => { strokes = moves = 0; prediction.dataset.state = 'empty'; };
  drawing.onpointerdown = () => { strokes += 1; prediction.dataset.state = 'busy'; };
  drawing.onpointermove = (event) => { moves += event.buttons; };
  drawing.onpointerup = () => setTimeout(() => {
    ANSWER
    const label = strokes === 2 ? '4' : '1';
    Object.assign(prediction.dataset, { label, probability: '0.75', backend: 'wasm', state: 'done' });
  }, 10);
</script>'''
DRAWINGS = [{'digit': '1', 'strokes': [[[0.5, 0], [0.5, 0.5], [0.5, 1]]]},
            {'digit': '4', 'strokes': [[[0, 0], [0, 0.5], [1, 0.5]], [[0.7, 0], [0.7, 1]]]}]


@pytest.mark.parametrize(('answer', 'status', 'printed'), [
    ('if (moves < strokes) throw new Error("no strokes");', 0, 'drew 4: the page says 4 (75.0%, backend wasm)'),
    ('strokes = 2;', 1, 'drew 1: the page says 4 (75.0%, backend wasm)  WRONG'),
    ('console.error("model not found");', 1, 'the page reports: error: model not found'),
], ids=['right', 'wrong', 'error'])
def test_right_answers_alone_pass(tmp_path: Path, chromium, capsys, answer: str, status: int, printed: str) -> None:
    (tmp_path / 'index.html').write_text(PAGE.replace('ANSWER', answer))
    (tmp_path / 'drawings.json').write_text(json.dumps(DRAWINGS))
    assert check(chromium, {'/': tmp_path}, tmp_path / 'drawings.json') == status
    assert printed in capsys.readouterr().out
