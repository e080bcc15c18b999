/** Lists of answers with bars, kept from one answer to the next so that a screen reader and the eye can follow. */
import { element } from '../dom.js';

/** Show `rows` ({text, score, part}) in a list. */
export function showRows(list, rows) {
  while (list.children.length > rows.length) list.lastChild.remove();
  while (list.children.length < rows.length) list.append(emptyRow());
  rows.forEach(({ text, score, part }, i) => {
    const [name, number, track] = list.children[i].children;
    name.textContent = text;
    number.textContent = score;
    track.firstChild.style.transform = `scaleX(${part})`;
  });
}

function emptyRow() {
  return element('li', {}, element('span'), element('span', { class: 'number' }),
    element('span', { class: 'track', 'aria-hidden': 'true' }, element('span')));
}
