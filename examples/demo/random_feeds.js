/** Random input for any model: the same for the same inputs and sizes, so that backends can be compared. */
import { Tensor } from './alula/index.min.js';

const SEED = 1;

/** What a free dimension is set to at first, by its name. Any other is 1. */
const USUAL_SIZES = [[/height|width/i, 224], [/seq|len|token|time/i, 16]];

export const usualSize = (symbol) => USUAL_SIZES.find(([pattern]) => pattern.test(symbol))?.[1] ?? 1;

/** What the elements of a type are drawn from. 0 and 1 are good token ids, masks, token types and flags alike. */
const DRAWN = {
  float32: normal, float64: normal, float16: normal, string: () => 'text',
};

/** A tensor for each of `inputs` ({name, type, dims}). */
export function randomFeeds(inputs) {
  const random = generator(SEED);
  return Object.fromEntries(inputs.map(({ name, type, dims }) => {
    const draw = DRAWN[type] ?? bit;
    const data = Array.from({ length: dims.reduce((product, size) => product * size, 1) }, () => draw(random));
    return [name, new Tensor(type, data, dims)];
  }));
}

/** Mulberry32 (Tommy Ettinger, 2017): numbers from 0 to below 1. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function bit(random) {
  return random() < 0.5 ? 0 : 1;
}
