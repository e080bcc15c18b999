// Imports each module named on the command line, runs its `run` if there is one, and prints what each of them printed:
// one JSON line of [module, lines]. An error is the last line of its module.
import {pathToFileURL} from 'node:url';
import {basename, resolve} from 'node:path';

const write = console.log;

for (const file of process.argv.slice(2)) {
    const lines = [];
    console.log = text => lines.push(...text.split('\n'));
    try {
        const module = await import(pathToFileURL(resolve(file)));
        await module.run?.();
    } catch (error) {
        lines.push(String(error.stack));
    }
    write(JSON.stringify([basename(file, '.js'), lines]));
}
