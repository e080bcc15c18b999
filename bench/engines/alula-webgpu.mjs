/** Alula's WebGPU backend, as built by build.py. */
import { sessions } from './sessions.mjs';

let alula;

export async function load() {
  alula = await import('/alula/index.min.js');
}

export const { create, inputs, run, release } = sessions(() => alula, 'webgpu');

export function notes(session) {
  return [...session.report().notes];
}

export function profile(session, tensors, runs) {
  return session.profile(tensors, { runs });
}
