/**
 * Runs a model on one backend after the other, away from the page so that the page stays responsive.
 *
 * In: {model: Uint8Array, externalData, backends, inputs: [{name, type, dims}], sizes, runs}.
 * Out, in order: {backend, stage} where a backend begins something; {backend, result} or {backend, error} as its end;
 * {outputs} of the first backend that ran; {done: true}.
 */
import { InferenceSession } from './alula/index.min.js';
import { randomFeeds } from './random_feeds.js';
import { greatestDifference, median, summary } from './statistics.js';

/** Milliseconds: that one backend may go on for, and that a sample takes at least (the clock's ticks are coarse). */
const PATIENCE = 4000;
const SAMPLE = 2;

self.addEventListener('message', async ({ data: request }) => {
  let reference = null;
  for (const backend of request.backends) {
    try {
      const { result, outputs } = await bench(backend, request);
      result.difference = reference === null ? null : greatestDifference(outputs, reference);
      self.postMessage({ backend, result });
      if (reference === null) {
        reference = outputs;
        self.postMessage({ outputs: described(outputs) });
      }
    } catch (error) {
      self.postMessage({ backend, error: { name: error.name, code: error.code, message: error.message } });
    }
  }
  self.postMessage({ done: true });
});

async function bench(backend, { model, externalData, inputs, sizes, runs }) {
  self.postMessage({ backend, stage: 'creating' });
  const feeds = randomFeeds(inputs);
  const options = { executionProviders: [backend], freeDimensionOverrides: sizes, externalData };
  const [createMs, session] = await timed(() => InferenceSession.create(model, options));
  try {
    self.postMessage({ backend, stage: 'running' });
    const [firstMs, outputs] = await timed(() => session.run(feeds));
    const samples = await sampled(() => session.run(feeds), runs);
    const { memory, placement, notes } = session.report();
    const kernels = {};
    for (const each of placement) kernels[each.backend] = (kernels[each.backend] ?? 0) + 1;
    const timings = { createMs, firstMs, medianMs: median(samples), runs: samples.length };
    return { result: { ...timings, memory, kernels, notes }, outputs };
  } finally {
    await session.release();
  }
}

async function timed(action) {
  const start = performance.now();
  const result = await action();
  return [performance.now() - start, result];
}

/** Milliseconds that `action` takes, `n` times or as often as patience allows; each the mean over a sample. */
async function sampled(action, n) {
  const samples = [];
  const start = performance.now();
  while (samples.length < n && (samples.length === 0 || performance.now() - start < PATIENCE)) {
    const begin = performance.now();
    let times = 0;
    let ms = 0;
    while (ms < SAMPLE) {
      await action();
      times += 1;
      ms = performance.now() - begin;
    }
    samples.push(ms / times);
  }
  return samples;
}

function described(outputs) {
  return Object.entries(outputs).map(([name, { type, dims, data }]) =>
    ({ name, type, dims: [...dims], ...summary(data) }));
}
