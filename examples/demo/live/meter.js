/** Rates and milliseconds of the last runs, smoothed so that they can be read. */
import { find } from '../dom.js';
import { count, milliseconds } from '../format.js';

const SMOOTH = 0.15;     // of a new value in the one shown
const STAGES = ['preprocessing', 'inference', 'postprocessing'];

export class Meter {
  reset() {
    this.shown = {};
    this.last = null;
    for (const id of ['rate', ...STAGES, 'backend', 'kernels', 'created']) find(`#${id}`).textContent = '–';
    find('#notes').replaceChildren();
  }

  /** What a session says of itself; where its kernels are is known once it has run. */
  describe(report) {
    const places = {};
    for (const { backend } of report.placement) places[backend] = (places[backend] ?? 0) + 1;
    find('#backend').textContent = report.backend;
    find('#kernels').textContent = Object.entries(places).map(([place, n]) => `${count(n)} on ${place}`).join(', ') || '–';
    find('#created').textContent = milliseconds(report.creating);
    find('#notes').replaceChildren(...[...report.tried.map((why) => `not used: ${why}`), ...report.notes].map((line) => {
      const item = document.createElement('li');
      item.textContent = line;
      return item;
    }));
  }

  /** One run of a task. */
  ran({ session, timings }) {
    if (this.last === null) this.describe(session.report());
    for (const stage of STAGES) this.show(stage, timings[stage], milliseconds);
    const now = performance.now();
    if (this.last !== null) this.show('rate', now - this.last, (ms) => `${(1000 / ms).toFixed(1)}\u00a0/\u00a0s`);
    this.last = now;
  }

  show(name, value, format) {
    const before = this.shown[name] ?? value;
    this.shown[name] = before + SMOOTH * (value - before);
    find(`#${name}`).textContent = format(this.shown[name]);
  }
}
