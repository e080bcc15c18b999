/**
 * Runs a model once with the built package, the same way in a page and in Node; `inference.py` speaks to it in JSON.
 *
 * A tensor is {type, dims, data}: the elements as base64 of their bytes, little-endian, or a list of strings.
 */
const ARRAYS = {
  float32: Float32Array, float64: Float64Array, float16: Uint16Array, bool: Uint8Array,
  int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array,
  int32: Int32Array, uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array,
};

/** `model`: path or URL. Gives the outputs, what the session reports, and the milliseconds of `create` and `run`. */
export async function runModel({ InferenceSession, Tensor }, { model, providers, sizes, feeds }) {
  const options = { freeDimensionOverrides: sizes };
  if (providers.length > 0) options.executionProviders = providers;
  const start = performance.now();
  const session = await InferenceSession.create(model, options);
  const created = performance.now();
  const tensors = {};
  for (const [name, { type, dims, data }] of Object.entries(feeds)) {
    tensors[name] = new Tensor(type, typeof data === 'string' ? decoded(type, data) : data, dims);
  }
  const began = performance.now();
  const results = await session.run(tensors);
  const ended = performance.now();
  const { backend, tried, notes } = session.report();
  const outputs = {};
  for (const name of session.outputNames) {
    const { type, dims, data } = results[name];
    outputs[name] = { type, dims: [...dims], data: type === 'string' ? [...data] : encoded(data) };
  }
  await session.release();
  return { outputs, backend, tried: [...tried], notes: [...notes], createMs: created - start, runMs: ended - began };
}

/** The typed array of a tensor's base64 text. */
export function decoded(type, text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new ARRAYS[type](bytes.buffer);
}

/** A typed array's bytes as base64. */
export function encoded(array) {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

if (typeof process !== 'undefined' && process.argv?.[2] === '--package') {
  const { pathToFileURL } = await import('node:url');
  const { text } = await import('node:stream/consumers');
  const request = JSON.parse(await text(process.stdin));
  try {
    const alula = await import(pathToFileURL(process.argv[3]).href);
    process.stdout.write(JSON.stringify(await runModel(alula, request)));
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: error.message, code: error.code ?? error.name, stack: error.stack }));
  }
}
