// The built-ins of a page, as plain script: globalThis.snapshot () lists every own property of every object that is
// reachable from the globals; globalThis.changes (before, after) says what is new or different.
globalThis.snapshot = () => {
    const found = new Map ();
    const visit = (object, path) => {
        if (!(typeof object === 'object' || typeof object === 'function') || [null, globalThis].includes (object) || found.has (object)) {
            return;
        }
        const properties = new Map ();
        found.set (object, {path, properties, parent: Object.getPrototypeOf (object), extensible: Object.isExtensible (object)});
        for (const key of Reflect.ownKeys (object)) {
            const description = Object.getOwnPropertyDescriptor (object, key);
            properties.set (key, description);
            if (path.split ('.').length < 6) {
                for (const value of [description.value, description.get, description.set]) {
                    visit (value, `${path}.${String (key)}`);
                }
            }
        }
        visit (Object.getPrototypeOf (object), `${path}.__proto__`);
    };
    for (const key of Reflect.ownKeys (globalThis)) {
        const description = Object.getOwnPropertyDescriptor (globalThis, key);
        if (description.value !== undefined && !OURS.has (key)) {
            visit (description.value, String (key));
        }
    }
    // intrinsics that no global names
    const hidden = {
        generator: function* () {}, asyncGenerator: async function* () {}, asyncFunction: async () => {},
        arrayIterator: [] [Symbol.iterator] (), stringIterator: '' [Symbol.iterator] (), setIterator: new Set ().values (),
        mapIterator: new Map ().values (), typedArray: Object.getPrototypeOf (Int8Array)
    };
    for (const [name, value] of Object.entries (hidden)) {
        visit (Object.getPrototypeOf (value), name);
    }
    return {found, globals: new Set (Reflect.ownKeys (globalThis))};
};

const OURS = new Set (['snapshot', 'changes', 'performance']);      // performance: its entries change with every load

globalThis.changes = (before, after) => {
    const changed = [], added = [];
    for (const key of after.globals) {
        if (!before.globals.has (key)) {
            changed.push (`global ${String (key)}`);
        }
    }
    for (const [object, {path, properties, parent, extensible}] of before.found) {
        const now = after.found.get (object);
        if (now === undefined || now.parent !== parent || now.extensible !== extensible) {
            changed.push (path);
            continue;
        }
        for (const [key, description] of properties) {
            const current = now.properties.get (key);
            if (current === undefined || Object.keys (description).some (part => !Object.is (description [part], current [part]))) {
                changed.push (`${path}.${String (key)}`);
            }
        }
        for (const [key, {enumerable}] of now.properties) {
            if (!properties.has (key)) {
                added.push ([path, String (key), enumerable]);
            }
        }
    }
    return {changed, added, objects: before.found.size};
};
