// Runs the tests of transpiled modules: every exported test_* of the modules named on the command line, one after the
// other. Prints one JSON line for each: {module, name, error, seconds}; error is null where the test passed.
import {pathToFileURL} from 'node:url';
import {resolve, basename} from 'node:path';

const write = console.log;
console.log = () => {};             // what the tests print is not a result

for (const file of process.argv.slice(2)) {
    const module = basename(file, '.js');
    let tests = {};
    try {
        tests = await import(pathToFileURL(resolve(file)));
    } catch (error) {
        write(JSON.stringify({module, name: null, error: describe(error), seconds: 0}));
    }
    for (const name of Object.keys(tests).filter(name => name.startsWith('test_'))) {
        const start = performance.now();
        let error = null;
        try {
            await tests[name]();
        } catch (thrown) {
            error = describe(thrown);
        }
        write(JSON.stringify({module, name, error, seconds: (performance.now() - start) / 1000}));
    }
}

function describe(error) {
    const causes = [];
    for (let one = error; one !== undefined && one !== null && causes.length < 5; one = one.cause) {
        causes.push(one instanceof Error ? one.stack : String(one));
    }
    return causes.join('\ncaused by ');
}
