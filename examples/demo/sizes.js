/** The sizes that a model leaves free, each with a field on the page. */
import { element } from './dom.js';
import { usualSize } from './random_feeds.js';

export class Sizes {
  /** `inputs`: ValueMetadata of the model; their free sizes are symbols, or '' where they have no name. */
  constructor(inputs) {
    this.inputs = inputs;
    this.fields = new Map();
    for (const { name, shape } of inputs) {
      shape.forEach((size, axis) => {
        const key = keyOf(name, size, axis);
        if (typeof size === 'string' && !this.fields.has(key)) this.fields.set(key, field(usualSize(key)));
      });
    }
    this.labels = [...this.fields].map(([key, input]) => element('label', {}, element('span', {}, key), input));
  }

  /** Name, type and dims of each input as the fields say. */
  tensors() {
    return this.inputs.map(({ name, type, shape }) => ({
      name, type,
      dims: shape.map((size, axis) => (typeof size === 'number' ? size : this.size(keyOf(name, size, axis)))),
    }));
  }

  /** The sizes of the symbols, as `freeDimensionOverrides` takes them. */
  overrides() {
    const symbols = this.inputs.flatMap(({ shape }) => shape.filter((size) => typeof size === 'string' && size !== ''));
    return Object.fromEntries(symbols.map((symbol) => [symbol, this.size(symbol)]));
  }

  size(key) {
    return this.fields.get(key).valueAsNumber;
  }
}

const keyOf = (name, symbol, axis) => (symbol === '' ? `${name}, axis ${axis}` : symbol);

const field = (value) => element('input', { type: 'number', inputmode: 'numeric', min: 0, required: '', value });
