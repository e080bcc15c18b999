/** The panel for any model: what is in it, how it runs on each backend, what comes out. */
import { ModelInfo, env } from './alula/index.min.js';
import { Bench } from './bench.js';
import { codeOf, described, element, find, hideError, showError } from './dom.js';
import { bytes, count, milliseconds, value } from './format.js';
import { Sizes } from './sizes.js';

const NOTHING = '–';
/** The code of the error where this device has no such backend, which is nobody's fault. */
const UNAVAILABLE = 'BACKEND_UNAVAILABLE';

export class Models {
  constructor() {
    this.bench = new Bench();
    this.results = find('#results tbody');
    this.isRunning = false;
    find('#run-form').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.isRunning) this.stop();
      else this.run();
    });
  }

  /** Show a model and run it. `model`: its bytes; `externalData`: [{path, data}], the files that belong to it. */
  async show(name, model, externalData = []) {
    this.stop();
    hideError(find('#model-error'));
    try {
      const info = await ModelInfo.read(model);
      this.shown = { model, externalData };
      this.fill(name, info);
    } catch (error) {
      find('#model-info').hidden = true;
      showError(find('#model-error'), error, name);
      return;
    }
    await this.run();
  }

  fill(name, info) {
    find('#model-name').textContent = name;
    find('#facts').replaceChildren(...facts(info).map(([term, text]) => element('div', {},
      element('dt', {}, term), element('dd', {}, text))));
    this.sizes = new Sizes(info.inputs);
    find('#sizes').replaceChildren(...this.sizes.labels);
    find('#inputs').replaceChildren(...info.inputs.map(valueRow));
    find('#outputs').replaceChildren(...info.outputs.map(valueRow));
    find('#operators').replaceChildren(...Object.entries(info.operators).map(([operator, times]) => {
      const missing = info.unsupported.includes(operator);
      return element('li', missing ? { class: 'missing' } : {},
        operator, ' ', element('span', { class: 'number' }, `${times}${missing ? ', not supported' : ''}`));
    }));
    this.rows = Object.fromEntries(env.backends.map((backend) => [backend, element('tr')]));
    find('#backends tbody').replaceChildren(...Object.values(this.rows));
    this.outputs = info.outputs;
    find('#notes').replaceChildren();
    this.emptyTables(this.places);
    find('#model-info').hidden = false;
  }

  async run() {
    const request = {
      ...this.shown, backends: env.backends, inputs: this.sizes.tensors(), sizes: this.sizes.overrides(),
      runs: find('#runs').valueAsNumber,
    };
    this.stop();
    this.setRunning(true);
    try {
      const isDone = await this.bench.run(request, (message) => this.told(message));
      if (!isDone) return;
      const hasRun = Object.values(this.rows).some((row) => row.querySelector('.main') !== null);
      find('#run-status').textContent = hasRun ? 'One thread, the same input for all.' : 'No backend can run it.';
    } catch (error) {
      showError(find('#model-error'), error);
    }
    this.setRunning(false);
  }

  stop() {
    if (!this.isRunning) return;
    this.setRunning(false);
    find('#run-status').textContent = 'Stopped.';
    this.bench.stop();
  }

  /** What stands in the tables stays, dimmed, until something new stands in its place: nothing jumps. */
  setRunning(isRunning) {
    this.isRunning = isRunning;
    find('#run').textContent = isRunning ? 'Stop' : 'Run on random input';
    find('#backends').setAttribute('aria-busy', isRunning);
    if (isRunning) {
      find('#notes').replaceChildren();
      for (const place of this.places) place.classList.add('stale');
    } else {
      this.emptyTables(this.places.filter((place) => place.classList.contains('stale')));
    }
  }

  /** A message of bench_worker.js. */
  told({ backend, stage, result, error, outputs }) {
    if (outputs !== undefined) {
      this.results.replaceChildren(...outputs.map(outputRow));
      this.results.classList.remove('stale');
    } else if (stage !== undefined) {
      find('#run-status').textContent = `${backend}: ${stage}…`;
    } else {
      const made = result === undefined ? failedCells(backend, error) : resultCells(backend, result);
      this.rows[backend].replaceChildren(...made);
      this.rows[backend].classList.remove('stale');
      if (error !== undefined && error.code !== UNAVAILABLE) this.note(...described(error));
      for (const note of result?.notes ?? []) this.note(`${backend}: ${note}`);
    }
  }

  /** Say something below the backends, once. */
  note(...parts) {
    const row = element('li', {}, ...parts);
    const known = [...find('#notes').children].map((each) => each.textContent);
    if (!known.includes(row.textContent)) find('#notes').append(row);
  }

  /** Rows of backends and the body of the outputs, without numbers. */
  emptyTables(places) {
    for (const place of places) place.classList.remove('stale');
    for (const [backend, row] of Object.entries(this.rows)) {
      if (places.includes(row)) row.replaceChildren(backendCell(backend, ''), ...cells(Array(4).fill(NOTHING)));
    }
    if (places.includes(this.results)) this.results.replaceChildren(...this.outputs.map(outputRow));
  }

  get places() {
    return [...Object.values(this.rows), this.results];
  }
}

function facts(info) {
  const opsets = Object.entries(info.opsets).map(([domain, version]) =>
    (domain === 'ai.onnx' ? `${version}` : `${domain} ${version}`));
  const nodes = Object.values(info.operators).reduce((sum, times) => sum + times, 0);
  const known = [['Size', bytes(info.size)], ['Parameters', count(info.parameters)], ['Nodes', count(nodes)],
    ['Opset', opsets.join(', ')], ['Made by', info.producer || NOTHING]];
  return info.externalData.length === 0 ? known : [...known, ['Weights in', info.externalData.join(', ')]];
}

const typeText = (type, dims) => `${type} [${dims.map((size) => (size === '' ? '?' : size)).join(', ')}]`;

const valueRow = ({ name, type, shape }) => element('li', {}, codeOf(name), ' ',
  element('span', { class: 'type' }, typeText(type, shape)));

function resultCells(backend, { createMs, firstMs, medianMs, runs, memory, kernels, difference }) {
  const places = Object.entries(kernels).map(([place, n]) => `${count(n)}${place === backend ? '' : ` on ${place}`}`);
  const made = cells([milliseconds(createMs), milliseconds(firstMs), milliseconds(medianMs),
    difference === null ? NOTHING : value(difference)]);
  made[2].append(element('small', {}, `of ${runs}`));
  made[2].classList.add('main');
  return [backendCell(backend, `${places.join(', ') || 'no'}\u00a0kernels, ${bytes(memory)}`), ...made];
}

const failedCells = (backend, { name, code, message }) => [backendCell(backend, ''), code === UNAVAILABLE
  ? element('td', { colspan: 4, class: 'absent', title: message }, 'not on this device')
  : element('td', { colspan: 4, class: 'failed' }, name)];

const backendCell = (backend, text) => element('th', { scope: 'row' }, backend, element('small', {}, text));

const cells = (texts) => texts.map((text) => element('td', { class: 'number' }, text));

/** An output as the model declares it, or as it came out. */
function outputRow({ name, type, shape, dims = shape, min, max, mean, deviation, nans = 0 }) {
  const numbers = min === undefined ? Array(4).fill(NOTHING) : [min, max, mean, deviation].map(value);
  const about = `${typeText(type, dims)}${nans > 0 ? `, ${count(nans)} NaN` : ''}`;
  const title = element('th', { scope: 'row' }, codeOf(name), element('small', {}, about));
  return element('tr', {}, title, ...cells(numbers));
}
