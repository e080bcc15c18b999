// Node: prints the lines of bench/kernels/timing.py, transpiled into the folder given; then what labels must contain.
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const {measured} = await import(pathToFileURL(resolve(process.argv[2], 'timing.js')));
for (const line of await measured(process.argv[3] ?? '')) console.log(line);
