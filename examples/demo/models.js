/** The panel for any model: what is in it, how it runs on each backend, what comes out. */
import { ModelInfo, env } from './alula/index.min.js';
import { Bench } from './bench.js';
import { described, element, find, hideError, showError } from './dom.js';
import { bytes, count, milliseconds, value } from './format.js';
import { ShapeFields } from './shape_fields.js';

const NOTHING = '–';

export class Models {
  constructor() {
    this.bench = new Bench();
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
    this.fields = new ShapeFields(info.inputs);
    find('#inputs').replaceChildren(...this.fields.rows);
    find('#outputs').replaceChildren(...info.outputs.map(({ name: output, type, shape }) => element('li', {},
      element('code', {}, output), ' ', element('span', { class: 'type' }, `${type} [${shape.join(', ')}]`))));
    find('#operators').replaceChildren(...Object.entries(info.operators).map(([operator, times]) => {
      const missing = info.unsupported.includes(operator);
      return element('li', missing ? { class: 'missing' } : {},
        operator, ' ', element('span', { class: 'number' }, `${times}${missing ? ', not supported' : ''}`));
    }));
    this.rows = Object.fromEntries(env.backends.map((backend) => [backend, element('tr')]));
    find('#backends tbody').replaceChildren(...Object.values(this.rows));
    this.outputs = info.outputs;
    this.clearResults();
    find('#model-info').hidden = false;
  }

  async run() {
    const request = {
      ...this.shown, backends: env.backends, inputs: this.fields.inputs(), sizes: this.fields.sizes(),
      runs: find('#runs').valueAsNumber,
    };
    this.clearResults();
    this.setRunning(true);
    try {
      await this.bench.run(request, (message) => this.told(message));
      if (this.isRunning) find('#run-status').textContent = 'One thread, the same input for all.';
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

  setRunning(isRunning) {
    this.isRunning = isRunning;
    find('#run').textContent = isRunning ? 'Stop' : 'Run on random input';
    find('#backends').setAttribute('aria-busy', isRunning);
  }

  /** A message of bench_worker.js. */
  told({ backend, stage, result, error, outputs }) {
    if (outputs !== undefined) {
      find('#results tbody').replaceChildren(...outputs.map(outputRow));
    } else if (stage !== undefined) {
      find('#run-status').textContent = `${backend}: ${stage}…`;
    } else if (result !== undefined) {
      this.rows[backend].replaceChildren(...resultCells(backend, result));
      for (const note of result.notes) this.note(`${backend}: ${note}`);
    } else {
      this.rows[backend].replaceChildren(backendCell(backend, NOTHING),
        element('td', { colspan: 4, class: 'failed' }, error.name));
      this.note(...described(error));
    }
  }

  /** Say something below the backends, once. */
  note(...parts) {
    const row = element('li', {}, ...parts);
    const known = [...find('#notes').children].map((each) => each.textContent);
    if (!known.includes(row.textContent)) find('#notes').append(row);
  }

  clearResults() {
    find('#notes').replaceChildren();
    for (const [backend, row] of Object.entries(this.rows)) {
      row.replaceChildren(backendCell(backend, '\u00a0'), ...cells([NOTHING, NOTHING, NOTHING, NOTHING]));
    }
    find('#results tbody').replaceChildren(...this.outputs.map(({ name, type }) => element('tr', {},
      element('th', { scope: 'row' }, element('code', {}, name), element('small', {}, type)),
      ...cells([NOTHING, NOTHING, NOTHING, NOTHING]))));
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

function resultCells(backend, { createMs, firstMs, medianMs, runs, memory, kernels, difference }) {
  const places = Object.entries(kernels).map(([place, n]) => (place === backend ? count(n) : `${count(n)} on ${place}`));
  const made = cells([milliseconds(createMs), milliseconds(firstMs), milliseconds(medianMs),
    difference === null ? NOTHING : value(difference)]);
  made[2].append(element('small', {}, `of ${runs}`));
  made[2].classList.add('main');
  return [backendCell(backend, `${places.join(', ') || 'no'}\u00a0kernels, ${bytes(memory)}`), ...made];
}

const backendCell = (backend, text) => element('th', { scope: 'row' }, backend, element('small', {}, text));

const cells = (texts) => texts.map((text) => element('td', { class: 'number' }, text));

function outputRow({ name, type, dims, min, max, mean, deviation, nans }) {
  const numbers = min === undefined ? [NOTHING, NOTHING, NOTHING, NOTHING] : [min, max, mean, deviation].map(value);
  const shape = `${type} [${dims.join(', ')}]${nans > 0 ? `, ${count(nans)} NaN` : ''}`;
  return element('tr', {}, element('th', { scope: 'row' }, element('code', {}, name), element('small', {}, shape)),
    ...cells(numbers));
}
