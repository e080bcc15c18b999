/** tfjs's wasm backend (XNNPACK), one thread, with models as tfjs_model.py translates them. */
const OPS = {
  conv2d: ({ strides, pad, dilations, activation }, x, filter, bias) => tf.fused.conv2d(
    { x, filter, bias, strides, pad, dilations, activation }),
  depthwiseConv2d: ({ strides, pad, dilations, activation }, x, filter, bias) => tf.fused.depthwiseConv2d(
    { x, filter, bias, strides, pad, dilations, activation }),
  matMul: ({ activation }, a, b, bias) => tf.fused.matMul({ a, b, bias, activation }),
  maxPool: ({ size, strides, pad }, x) => tf.maxPool(x, size, strides, pad),
  avgPool: ({ size, strides, pad }, x) => tf.avgPool(x, size, strides, pad),
  mean: (step, x) => tf.mean(x, [1, 2], true),
  flatten: (step, x) => tf.reshape(x.shape[1] * x.shape[2] > 1 ? tf.transpose(x, [0, 3, 1, 2]) : x, [x.shape[0], -1]),
  concat: (step, ...parts) => tf.concat(parts, 3),
  add: (step, a, b) => tf.add(a, b),
  mul: (step, a, b) => tf.mul(a, b),
  relu: (step, x) => tf.relu(x),
  relu6: (step, x) => tf.relu6(x),
  sigmoid: (step, x) => tf.sigmoid(x),
  softmax: (step, x) => tf.softmax(x),
};

export async function load() {
  await script('/tfjs-wasm/tfjs-core/dist/tf-core.min.js');
  await script('/tfjs-wasm/tfjs-backend-wasm/dist/tf-backend-wasm.min.js');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  tf.wasm.setWasmPaths('/tfjs-wasm/tfjs-backend-wasm/dist/');
  await tf.setBackend('wasm');
}

export function create(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const weights = Object.entries(header.weights).map(([name, { shape, at }]) => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    return [name, tf.tensor(new Float32Array(bytes.buffer, 4 + length + at, size), shape)];
  });
  return { ...header, weights: Object.fromEntries(weights) };
}

/** Pictures with channels last, as a page would make them: transposing is not what is measured. */
export function inputs(feeds) {
  return Object.fromEntries(Object.entries(feeds).map(
    ([name, { data, dims }]) => [name, tf.transpose(tf.tensor(data, dims), [0, 2, 3, 1])]));
}

export async function run(session, tensors) {
  const results = tf.tidy(() => {
    const values = { ...session.weights, ...tensors };
    for (const step of session.steps) {
      values[step.output] = OPS[step.op](step, ...step.inputs.map((name) => values[name]));
    }
    return session.outputs.map((name) => values[name]);
  });
  const outputs = {};
  for (const [i, name] of session.outputs.entries()) {
    outputs[name] = { type: 'float32', dims: results[i].shape, data: await results[i].data() };
  }
  tf.dispose(results);
  return outputs;
}

export function release(session) {
  tf.dispose(session.weights);
}

export function notes() {
  return [];
}

function script(src) {
  return new Promise((resolve, reject) => document.head.append(Object.assign(
    document.createElement('script'), { src, onload: resolve, onerror: () => reject(new Error(`${src} did not load`)) })));
}
