/** Alula's engine with WebAssembly alone, one thread, beside onnxruntime's build of the same extent. */
import { sessions } from './sessions.mjs';

let alula;

export async function load() {
  alula = await import('/alula/wasm.min.js');
  alula.env.wasm.numThreads = 1;
}

export const { create, inputs, run, release } = sessions(() => alula);

export function notes(session) {
  return [...session.report().notes];
}

export function profile(session, tensors, runs) {
  return session.profile(tensors, { runs });
}
