// One user's program, run in every way in which the package is loaded: a session, a run, an error, a release.
import alula, {InferenceSession, InputError, Tensor} from 'alula';
import {model} from './model.js';

export async function main () {
    const session = await InferenceSession.create (model);
    const x = new Tensor ('float32', [1, 2, 3, -1, 0, 0], [2, 3]);
    const {y} = await session.run ({x});
    const refused = await session.run ({z: x}).catch (error => error);
    const answer = {
        values: Array.from (y.data), dims: y.dims, type: y.type, inputs: session.inputNames, backend: session.report ().backend,
        isTensor: y instanceof alula.Tensor, refused: refused instanceof InputError && refused.inputName
    };
    await session.release ();
    return answer;
}
