/** The digits panel: what is drawn or dropped, classified while the pen moves. */
import { InferenceSession, Tensor } from './alula/index.min.js';
import { element, find, hideError, showError } from './dom.js';
import { Drawing } from './drawing.js';
import { milliseconds, percent } from './format.js';
import { SIDE, modelInput } from './ink.js';

export class Digits {
  /** `model`: a promise of the model's bytes; `labels`: one of its classes' names; `examples`: of lists of strokes. */
  constructor(model, labels, examples) {
    this.drawing = new Drawing(find('#drawing'), (isStroke) => this.changed(isStroke));
    this.prediction = find('#prediction');
    this.seen = find('#seen').getContext('2d');
    this.bars = Array.from({ length: 10 }, () => bar());
    this.isDrawing = false;
    this.isStale = false;     // the drawing is another than the one classified last
    this.isRunning = false;
    this.next = 0;
    find('#bars').append(...this.bars.map(({ row }) => row));
    find('#clear').addEventListener('click', () => this.drawing.clear());
    find('#example').addEventListener('click', async () => {
      const all = await examples;
      this.drawing.show(all[this.next++ % all.length]);
    });
    this.ready = this.load(model, labels);
  }

  async load(model, labels) {
    try {
      this.session = await InferenceSession.create(await model, { freeDimensionOverrides: { batch: 1 } });
      this.labels = await labels;
      await this.session.warmup();
      this.changed(this.isDrawing);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Show a picture's digit. `file`: a Blob. */
  async showPicture(file) {
    hideError(find('#digit-error'));
    try {
      const picture = await createImageBitmap(file).catch(() => {
        throw new TypeError(`${file.name} is no image that this browser can read.`);
      });
      this.drawing.showPicture(picture);
      picture.close();
    } catch (error) {
      showError(find('#digit-error'), error);
    }
  }

  changed(isStroke) {
    this.isDrawing = isStroke;
    this.isStale = true;
    if (isStroke) find('#hint').hidden = true;
    if (this.session === undefined) return;
    this.prediction.dataset.state = 'busy';
    if (!this.isRunning) this.keepUp();
  }

  /** Classify once a frame for as long as the drawing changes. */
  async keepUp() {
    this.isRunning = true;
    while (this.isStale) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      this.isStale = false;
      await this.classify();
    }
    this.isRunning = false;
  }

  async classify() {
    const { width, height } = this.drawing.canvas;
    const pixels = modelInput(this.drawing.ink(), width, height);
    this.showSeen(pixels);
    if (pixels === null) {
      this.showNothing();
      return;
    }
    try {
      const image = new Tensor('float32', pixels, [1, 1, SIDE, SIDE]);
      const start = performance.now();
      const { probabilities } = await this.session.run({ image });
      this.showAnswer(probabilities.data, performance.now() - start);
    } catch (error) {
      this.fail(error);
    }
  }

  showAnswer(probabilities, ms) {
    const best = probabilities.indexOf(Math.max(...probabilities));
    const [label, probability] = [this.labels[best], probabilities[best]];
    const { backend } = this.session.report();
    find('#digit').textContent = label;
    find('#certainty').textContent = percent(probability);
    find('#origin').textContent = `${milliseconds(ms)} on ${backend}`;
    this.showBars(probabilities, best);
    hideError(find('#digit-error'));
    Object.assign(this.prediction.dataset, { label, probability, backend });
    this.settle('done', `${label}, ${percent(probability)}, by ${backend}`);
  }

  showNothing() {
    find('#digit').textContent = '–';
    find('#certainty').textContent = find('#origin').textContent = '\u00a0';
    this.showBars(new Float32Array(10), -1);
    for (const key of ['label', 'probability', 'backend']) delete this.prediction.dataset[key];
    this.settle('empty', '');
  }

  showBars(probabilities, best) {
    this.bars.forEach(({ row, name, fill, text }, i) => {
      name.textContent = this.labels[i];
      fill.style.transform = `scaleX(${probabilities[i]})`;
      text.textContent = best < 0 ? '' : percent(probabilities[i]);
      row.classList.toggle('best', i === best);
    });
  }

  showSeen(pixels) {
    const image = this.seen.createImageData(SIDE, SIDE);
    pixels?.forEach((ink, i) => { image.data[4 * i + 3] = 255 * ink; });
    this.seen.putImageData(image, 0, 0);
  }

  /** The answer stands, unless the drawing has changed meanwhile; only that one is read out. */
  settle(state, announcement) {
    if (this.isStale || this.isDrawing) return;
    find('#announcement').textContent = announcement;
    this.prediction.dataset.state = state;
    find('#hint').hidden = state !== 'empty';
  }

  fail(error) {
    showError(find('#digit-error'), error);
    this.prediction.dataset.state = 'failed';
  }
}

function bar() {
  const [name, fill, text] = [element('span'), element('span'), element('span', { class: 'number' })];
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, fill);
  return { row: element('li', {}, name, track, text), name, fill, text };
}
