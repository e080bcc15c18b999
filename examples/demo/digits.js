/** The digits panel: what is drawn or dropped, classified while the pen moves. */
import { ImageError, pipeline } from './alula/index.min.js';
import { element, find, hideError, showError } from './dom.js';
import { Drawing } from './drawing.js';
import { milliseconds, percent } from './format.js';

const CLASSES = 10;

export class Digits {
  /** `model`: a promise of the model's bytes; `examples`: of lists of strokes. */
  constructor(model, examples) {
    this.drawing = new Drawing(find('#drawing'), (isStroke) => this.changed(isStroke));
    this.prediction = find('#prediction');
    this.seen = find('#seen').getContext('2d');
    this.bars = Array.from({ length: CLASSES }, () => bar());
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
    this.ready = this.load(model);
  }

  async load(model) {
    try {
      this.task = await pipeline('image-classification', await model, {
        topK: CLASSES, freeDimensionOverrides: { batch: 1 },
      });
      await this.task.session.warmup();
      this.changed(this.isDrawing);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Show a picture's digit. `file`: a Blob. */
  async showPicture(file) {
    hideError(find('#digit-error'));
    try {
      await this.ready;
      this.drawing.showPicture(inked(await this.task.see(file)));
    } catch (error) {
      showError(find('#digit-error'), error, file.name);
    }
  }

  changed(isStroke) {
    this.isDrawing = isStroke;
    this.isStale = true;
    if (isStroke) find('#hint').hidden = true;
    if (this.task === undefined) return;
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
    const { canvas } = this.drawing;
    try {
      const seen = inked(await this.task.see(canvas));
      const classes = await this.task.run(canvas);
      this.seen.putImageData(seen, 0, 0);
      this.showAnswer(classes);
    } catch (error) {
      if (error instanceof ImageError) this.showNothing();     // the paper is empty
      else this.fail(error);
    }
  }

  showAnswer(classes) {
    const [{ label, score: probability }] = classes;
    const { backend } = this.task.session.report();
    find('#digit').textContent = label;
    find('#certainty').textContent = percent(probability);
    find('#origin').textContent = `${milliseconds(this.task.timings.inference)} on ${backend}`;
    this.showBars(classes);
    hideError(find('#digit-error'));
    Object.assign(this.prediction.dataset, { label, probability, backend });
    this.settle('done', `${label}, ${percent(probability)}, by ${backend}`);
  }

  showNothing() {
    find('#digit').textContent = '–';
    find('#certainty').textContent = find('#origin').textContent = '\u00a0';
    this.seen.clearRect(0, 0, this.seen.canvas.width, this.seen.canvas.height);
    this.showBars(this.task.labels.map((label, index) => ({ label, index, score: null })));
    for (const key of ['label', 'probability', 'backend']) delete this.prediction.dataset[key];
    this.settle('empty', '');
  }

  /** `classes`: likeliest first, each with its index; without scores where there is no answer. */
  showBars(classes) {
    classes.forEach(({ label, index, score }, rank) => {
      const { row, name, fill, text } = this.bars[index];
      name.textContent = label;
      fill.style.transform = `scaleX(${score ?? 0})`;
      text.textContent = score === null ? '' : percent(score);
      row.classList.toggle('best', rank === 0 && score !== null);
    });
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

/** What the model sees, white ink on black, as black ink on nothing: ImageData. */
function inked({ width, height, data }) {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data[4 * i + 3] = data[3 * i];
  return image;
}

function bar() {
  const [name, fill, text] = [element('span'), element('span'), element('span', { class: 'number' })];
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, fill);
  return { row: element('li', {}, name, track, text), name, fill, text };
}
