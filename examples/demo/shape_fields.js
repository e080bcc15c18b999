/** The inputs of a model as rows of the page, with a field for each size that the model leaves free. */
import { element } from './dom.js';
import { usualSize } from './random_feeds.js';

export class ShapeFields {
  /** `inputs`: ValueMetadata of the model. */
  constructor(inputs) {
    this.metadata = inputs;
    this.fields = new Map();      // symbol, or input and axis where there is none → the fields that show its size
    this.rows = inputs.map((input) => this.row(input));
  }

  row({ name, type, shape }) {
    const dims = shape.flatMap((size, axis) => [axis > 0 ? ', ' : '',
      typeof size === 'number' ? String(size) : this.field(name, size, axis)]);
    return element('li', {}, element('code', {}, name), ' ', element('span', { class: 'type' }, `${type} [`, ...dims, ']'));
  }

  field(name, symbol, axis) {
    const key = keyOf(name, symbol, axis);
    const same = this.fields.get(key) ?? [];
    const field = element('input', {
      type: 'number', inputmode: 'numeric', min: 1, required: '', form: 'run-form', value: usualSize(symbol),
      'aria-label': `${symbol || `axis ${axis}`} of ${name}`,
    });
    field.addEventListener('input', () => {
      for (const other of same) other.value = field.value;
    });
    same.push(field);
    this.fields.set(key, same);
    return element('label', { class: 'size' }, symbol === '' ? '?' : symbol, ' ', field);
  }

  /** Name, type and dims of each input as the fields say. */
  inputs() {
    return this.metadata.map(({ name, type, shape }) => ({
      name, type, dims: shape.map((size, axis) => (typeof size === 'number' ? size : this.size(keyOf(name, size, axis)))),
    }));
  }

  /** The sizes of the symbols, as `freeDimensionOverrides` takes them. */
  sizes() {
    const symbols = new Set(this.metadata.flatMap(({ shape }) => shape.filter((size) => typeof size === 'string' && size !== '')));
    return Object.fromEntries([...symbols].map((symbol) => [symbol, this.size(symbol)]));
  }

  size(key) {
    return this.fields.get(key)[0].valueAsNumber;
  }
}

const keyOf = (name, symbol, axis) => (symbol === '' ? `${name} ${axis}` : symbol);
