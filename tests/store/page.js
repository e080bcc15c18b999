// What the tests of the model cache call in a page. `loaded` and `seen` tell how far the last download has come.
let module = '/alula/index.js';

window.use = path => {module = path;};
window.loaded = 0;
window.seen = [];

// [what the model answers for x = 0, the notes of the report], or the error's [code, message].
window.create = async (url, {cutAt = Infinity, ...options} = {}) => {
    const {InferenceSession, Tensor} = await import (module);
    const control = new AbortController ();
    window.seen = [];
    const onProgress = (loaded, total) => {
        window.seen.push ([loaded, total]);
        window.loaded = loaded;
        if (loaded >= cutAt) control.abort ();
    };
    try {
        const session = await InferenceSession.create (url, {
            cache: true, executionProviders: ['wasm'], onProgress, signal: control.signal, ...options
        });
        const {y} = await session.run ({x: new Tensor ('float32', [0], [1])});
        const notes = session.report ().notes;
        await session.release ();
        return [y.data [0], notes];
    }
    catch (error) {
        return [error.code ?? String (error), error.message];
    }
};

// A method of the cache: its result as JSON, or the error's code.
window.cache = async (method, ...args) => {
    const {modelCache} = await import (module);
    return await modelCache [method] (...args).catch (error => error.code ?? String (error));
};

const promised = request => new Promise ((resolve, reject) => {
    request.onsuccess = () => resolve (request.result);
    request.onerror = () => reject (request.error);
});

// Change the record of a chunk behind the cache's back; null takes it away.
window.damage = async (index, change) => {
    const database = await promised (indexedDB.open ('alula'));
    const chunks = database.transaction ('chunks', 'readwrite').objectStore ('chunks');
    const key = (await promised (chunks.getAllKeys ())) [index];
    const record = await promised (chunks.get (key));
    await promised (change === null ? chunks.delete (key) : chunks.put ({...record, ...await eval (change) (record)}, key));
    database.close ();
};
