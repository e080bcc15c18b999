// Runs the checks of the module named on the command line; prints {name: error or null} as JSON.
const checks = await import (process.argv [2]);
const results = {};
for (const [name, check] of Object.entries (checks)) {
    try {
        await check ();
        results [name] = null;
    }
    catch (error) {
        results [name] = error.stack;
    }
}
console.log (JSON.stringify (results));
