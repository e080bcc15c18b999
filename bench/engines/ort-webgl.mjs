/** onnxruntime-web's WebGL backend. */
import { sessions } from './sessions.mjs';

let ort;

export async function load() {
  ort = await import('/ort/ort.webgl.min.mjs');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = '/ort/';
  ort.env.logLevel = 'error';
}

export const { create, inputs, run, release } = sessions(() => ort, 'webgl');

export function notes() {
  return [];
}
