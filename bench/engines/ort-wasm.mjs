/** onnxruntime-web's wasm backend, one thread. Its WebAssembly is fetched and compiled by the first `create`. */
import { sessions } from './sessions.mjs';

let ort;

export async function load() {
  ort = await import('/ort/ort.wasm.min.mjs');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = '/ort/';
  ort.env.logLevel = 'error';
}

export const { create, inputs, run, release } = sessions(() => ort);

export function notes() {
  return [];
}
