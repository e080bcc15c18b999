/**
 * The page in which engines are measured. `measure.py` says what happens when; here it happens and is timed.
 *
 * An engine is a module of engines/ that exports
 *   load()                  fetches the engine's own code
 *   create(bytes, sizes)    a session; `sizes` maps free dimensions to numbers
 *   inputs(feeds)           what `run` takes, of {name: {type, dims, data}} with typed arrays
 *   run(session, inputs)    {name: {type, dims, data}}
 *   release(session)
 *   notes(session)          what the engine has to say about how it runs the model
 */
import { decoded, encoded } from '/tools/inference.mjs';

const adapters = new Map();     // name → module of engines/: the bench's own code, loaded before anything is timed
const engines = new Map();      // name → { engine, session, inputs }
const memories = new Map();     // name → Set of WebAssembly.Memory
let files, sizes, feeds;        // files: name → Uint8Array
let loading = null;             // the name of the engine that is at work

// What an engine takes of WebAssembly memory is seen where it is made: by a script, or by a module that exports it.
const { Memory, Instance } = WebAssembly;
const { get: exportsOf } = Object.getOwnPropertyDescriptor(Instance.prototype, 'exports');
WebAssembly.Memory = class extends Memory {
  constructor(descriptor) {
    super(descriptor);
    seen(this);
  }
};
Object.defineProperty(Instance.prototype, 'exports', {
  get() {
    const exports = exportsOf.call(this);
    for (const each of Object.values(exports)) if (each instanceof Memory) seen(each);
    return exports;
  },
});

function seen(memory) {
  if (loading !== null) memories.get(loading).add(memory);
}

/** The model's file for each engine and the inputs for all that follows; tensors as `inference.py` encodes them. */
export async function open(request) {
  files = new Map();
  const fetched = new Map();
  for (const [name, url] of Object.entries(request.models)) {
    if (!fetched.has(url)) fetched.set(url, new Uint8Array(await (await fetch(url)).arrayBuffer()));
    files.set(name, fetched.get(url));
  }
  for (const name of files.keys()) adapters.set(name, await import(`./engines/${name}.mjs`));
  sizes = request.sizes;
  feeds = {};
  for (const [name, { type, dims, data }] of Object.entries(request.feeds)) {
    feeds[name] = { type, dims, data: decoded(type, data) };
  }
}

/** From nothing to a first answer: {loadMs, createMs, firstRunMs, outputs, notes, wasmBytes, scriptBytes}, or {error}. */
export async function start(name) {
  memories.set(name, new Set());
  loading = name;
  try {
    const scriptBefore = await scriptBytes();
    const engine = adapters.get(name);
    const opened = performance.now();
    await engine.load();
    const loadMs = performance.now() - opened;
    const { session, ms: createMs } = await timedCreate(name, engine);
    const inputs = engine.inputs(feeds);
    const began = performance.now();
    const results = await engine.run(session, inputs);
    const firstRunMs = performance.now() - began;
    engines.set(name, { engine, session, inputs });
    const taken = { wasmBytes: wasmBytes([name]), scriptBytes: await scriptBytes() - scriptBefore };
    return { loadMs, createMs, firstRunMs, ...taken, outputs: encodedOutputs(results), notes: engine.notes(session) };
  } catch (error) {
    return { error: error.message ?? String(error) };
  } finally {
    loading = null;
  }
}

/** Milliseconds of `create` for each engine, one after the other, `rounds` times: {name: [ms]}. */
export async function createAgain(names, rounds) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const { engine } = engines.get(name);
      const { session, ms } = await timedCreate(name, engine);
      await engine.release(session);
      samples[name].push(ms);
      await breath();
    }
  }
  return samples;
}

/** Milliseconds of `run` for each engine, one after the other, up to `runs` times within `seconds`, but thrice. */
export async function runAgain(names, runs, seconds) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const end = performance.now() + 1000 * seconds;
  for (let run = 0; run < runs && (run < LEAST_RUNS || performance.now() < end); run++) {
    for (const name of names) {
      const { engine, session, inputs } = engines.get(name);
      const began = performance.now();
      await engine.run(session, inputs);
      samples[name].push(performance.now() - began);
      await breath();
    }
  }
  return samples;
}

/** One row per kernel of an engine that can tell: {node, kernel, code, sizes, operations, milliseconds}. */
export async function profile(name, runs) {
  const { engine, session, inputs } = engines.get(name);
  const rows = await engine.profile(session, inputs, runs);
  return rows.map(({ node, kernel, code, sizes, operations, milliseconds }) => (
    { node, kernel, code, sizes: [...sizes], operations, milliseconds }));
}

const LEAST_RUNS = 3;

async function timedCreate(name, engine) {
  // A copy of its own: an engine may keep views of the bytes.
  const bytes = files.get(name).slice();
  await breath();
  const began = performance.now();
  const session = await engine.create(bytes, sizes);
  return { session, ms: performance.now() - began };
}

/** A turn of the event loop, in which browsers do what they put off: swapping in optimised code, collecting garbage. */
function breath() {
  return new Promise((resolve) => setTimeout(resolve));
}

function wasmBytes(names, wanted = () => true) {
  return names.flatMap((name) => [...memories.get(name)]).filter(wanted)
    .reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/** Bytes of the page, garbage collected, without WebAssembly memory. Chromium counts such memory only if it is shared. */
async function scriptBytes() {
  const { bytes } = await performance.measureUserAgentSpecificMemory();
  return bytes - wasmBytes([...memories.keys()], (memory) => memory.buffer instanceof SharedArrayBuffer);
}

function encodedOutputs(results) {
  return Object.fromEntries(Object.entries(results).map(
    ([name, { type, dims, data }]) => [name, { type, dims: [...dims], data: encoded(data) }]));
}
