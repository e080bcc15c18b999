/** Runs cases in a page; `hosts.py` packs them into one file and reads the answers. */
import { InferenceSession, Tensor } from '/alula/index.js';
import { encoded } from '/tools/inference.mjs';

/** What holds the elements of a type, where it isn't the bytes of the type's own name. */
const ARRAYS = {
  float32: Float32Array, float64: Float64Array, int8: Int8Array, int16: Int16Array, uint16: Uint16Array,
  int32: Int32Array, uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array,
  float16: Uint16Array, bfloat16: Uint16Array, int4: Int8Array, int2: Int8Array,
};

const file = await (await fetch('/cases.bin')).arrayBuffer();
const begin = 8 + Number(new TextDecoder().decode(new Uint8Array(file, 0, 8)));
const cases = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, begin - 8)));

/** The feed for a value: a tensor, a list of them, or null. */
function valueOf(value) {
  if (value === null) return value;
  if (Array.isArray(value)) return value.map(valueOf);
  const { type, dims, data } = value;
  if (type === 'string') return new Tensor(type, data, dims);
  const array = ARRAYS[type] ?? Uint8Array;
  return new Tensor(type, new array(file, begin + data[0], data[1] / array.BYTES_PER_ELEMENT), dims);
}

/** An output as the test reads it. */
function told(value) {
  if (!value) return null;
  if (Array.isArray(value)) return value.map(told);
  const { type, dims, data } = value;
  return { type, dims, data: type === 'string' ? [...data] : encoded(data) };
}

async function run(backend, { model, feeds }) {
  const session = await InferenceSession.create(new Uint8Array(file, begin + model[0], model[1]),
    { executionProviders: [backend] });
  try {
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, valueOf(value)]));
    const results = await session.run(tensors);
    const outputs = Object.fromEntries(Object.entries(results).map(([name, value]) => [name, told(value)]));
    return { outputs, backend: session.report().backend };
  } finally {
    await session.release();
  }
}

/** The outcomes of cases `first` to `last` (excluded): {outputs, backend}, or {error, code}. */
window.runCases = async (backend, first, last) => {
  const answers = [];
  for (const each of cases.slice(first, last)) {
    answers.push(await run(backend, each).catch((error) => ({ error: `${error.message}`, code: error.code ?? null })));
  }
  return answers;
};
