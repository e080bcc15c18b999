// What JS callers of the sample see. Every exported function is one test; it throws if it fails.
import assert from 'node:assert';
import sampleDefault, * as sample from 'sample';
import * as minified from 'sample/min';

const {Vector, Range, Worker, Report, settings, greeting, joinWords, SampleError, MissingInputError, ArgumentTypeError} = sample;
const feeds = () => ({a: new Vector ('int32', [1, 2]), b: new Vector ('int32', [3, 4])});

export function classesAreMadeWithNew () {
    const vector = new Vector ('int32', [1, 2, 3]);
    assert (vector instanceof Vector && !(vector instanceof Range) && !({} instanceof Vector));
    assert.throws (() => Vector ([1]), TypeError);
    assert.equal (Vector.name, 'Vector');
    assert.equal (Vector.DEFAULT_TYPE, 'float32');
}

export function overloadsAreToldApartByTheirArguments () {
    assert.equal (new Vector ('int32', [1, 2]).type, 'int32');
    assert.equal (new Vector ([1, 2]).type, 'float32');
    assert.deepEqual (new Vector (new Float32Array (3), [3]).dims, [3]);
    assert.throws (() => new Vector ('int32'), error => error instanceof ArgumentTypeError && error.argument === 'dtype');
    assert.throws (() => new Vector (5), ArgumentTypeError);
    assert.throws (() => new Vector (null), ArgumentTypeError);
    assert.deepEqual (new Vector ([1, 2], null).dims, [2]);
    assert.throws (() => new Vector ([1], [1], 'int32'), ArgumentTypeError);
}

export function classesOfJavaScriptExtendOurs () {
    class Doubled extends Vector {
        constructor (data) {super ('int32', data); this.kept = data;}
        get twice () {return this.scaledBy (2);}
    }
    const doubled = new Doubled ([1, 2]);
    assert (doubled instanceof Doubled && doubled instanceof Vector);
    assert.deepEqual (doubled.twice.data, [2, 4]);
    assert.deepEqual (doubled.kept, [1, 2]);
    assert.equal (Doubled.zeros (2).data.length, 2);
}

export function derivedClassesInheritMembersAndStatics () {
    const range = new Range (3);
    assert (range instanceof Vector);
    assert.equal (range.lastValue, 2);
    assert.equal (range.type, 'float32');
    assert.deepEqual (range.scaledBy (2).data, [0, 2, 4]);
    assert.equal (Range.zeros (2).data.length, 2);
    assert.equal (Object.getPrototypeOf (Range), Vector);
}

export function membersAreCamelCaseAndNotEnumerable () {
    const vector = new Vector ([1]);
    assert.equal (vector.isDisposed, false);
    vector.dispose ();
    assert.equal (vector.isDisposed, true);
    assert.throws (() => {'use strict'; vector.isDisposed = false;}, TypeError);
    const names = [];
    for (const name in vector) {
        names.push (name);
    }
    assert.deepEqual (names, Object.keys (vector));
    assert.deepEqual (JSON.parse (JSON.stringify (vector)).dims, [1]);
    assert.deepEqual (structuredClone (vector).data, [1]);
}

export function optionsAreATrailingObject () {
    assert.deepEqual (new Vector ([1, 2]).scaledBy (2, {plus: 1}).data, [3, 5]);
    assert.equal (greeting ('you', {loudVoice: true}), 'HELLO YOU');
    assert.equal (greeting ('you', {loudVoice: undefined}), 'Hello you');
    assert.equal (greeting ('you', {layout: null}), 'Hello you');
    assert.equal (greeting ('you', {unknown: 1}), 'Hello you');
    assert.equal (greeting ('you', undefined), 'Hello you');
    assert.equal (greeting ('you', Object.assign (Object.create (null), {layout: 'NCHW'})), 'Hello you NCHW');
    assert.throws (() => greeting ('you', 'loudly'), ArgumentTypeError);
    assert.equal (joinWords (['a', 'b'], '-'), 'a-b');
    assert.equal (joinWords (['a', 'b'], {prefix: '>'}), '>a b');
    assert.equal (joinWords (['a', 'b'], undefined, {prefix: '>'}), '>a b');
}

export async function factoriesAndMethodsAreAsynchronous () {
    const promise = Worker.create ('a,b', {numThreads: 3});
    assert (promise instanceof Promise);
    const worker = await promise;
    assert (worker instanceof Worker);
    assert.equal (worker.threadCount (), 3);
    assert.deepEqual ((await Worker.create ('xxa,b', 2)).inputNames, ['a', 'b']);
    assert.deepEqual ((await Worker.create ('xxa,b', 2, {freeDims: {c: 1}})).inputNames, ['a', 'b', 'c']);
    const heard = [];
    await Worker.create ('a', {onProgress: share => heard.push (share)});
    assert.deepEqual (heard, [1]);
}

export async function objectsComeInAndGoOutAsPlainObjects () {
    const worker = await Worker.create ('a,b');
    const results = await worker.run (feeds ());
    assert.equal (Object.getPrototypeOf (results), Object.prototype);
    assert (results.a instanceof Vector);
    assert.deepEqual (results.b.data, [6, 8]);
}

export async function anObjectIsTheOptionsIfAllItsKeysAre () {
    const worker = await Worker.create ('a,b');
    assert.deepEqual ((await worker.run (feeds (), {scale: 5})).a.data, [5, 10]);
    assert.deepEqual (Object.keys (await worker.run (feeds (), {b: null})), ['b']);
    assert.deepEqual (Object.keys (await worker.run (feeds (), ['a'], {scale: 3})), ['a']);
    assert.deepEqual (Object.keys (await worker.run (feeds (), {})), ['a', 'b']);
}

export async function pythonCallersMeetTheSameMethods () {
    const worker = await Worker.create ('a,b');
    const results = await worker.runTwice (feeds ());
    assert.deepEqual (results.a.data, [6, 12]);
    assert.equal (Object.getPrototypeOf (results), Object.prototype);
    assert.equal (worker.report ().runCount, 2);
    assert (worker.report () instanceof Report);
}

export async function promisesRejectWithOurErrors () {
    const worker = await Worker.create ('a,b');
    const {a} = feeds ();
    await assert.rejects (worker.run ({a}), error => {
        assert (error instanceof MissingInputError && error instanceof SampleError && error instanceof Error);
        assert.equal (error.name, 'MissingInputError');
        assert.equal (error.message, 'missing input b');
        assert.equal (error.code, 'MISSING_INPUT');
        assert.equal (error.inputName, 'b');
        assert.equal (String (error), 'MissingInputError: missing input b');
        return true;
    });
    await assert.rejects (Worker.create (new Uint8Array (1)), ArgumentTypeError);
    await assert.rejects (Worker.create ('a', 0, 'no options'), ArgumentTypeError);
}

export async function signalsPassThrough () {
    const worker = await Worker.create ('a,b');
    const controller = new AbortController ();
    await worker.run (feeds (), {abortSignal: controller.signal});
    controller.abort ();
    await assert.rejects (worker.run (feeds (), {abortSignal: controller.signal}), /is aborted/);
}

export function aClassWithoutAConstructorForJavaScriptSaysSo () {
    assert.throws (() => new Report (1, []), ArgumentTypeError);
}

export function publicObjectsHaveTheirOwnMembers () {
    assert.deepEqual (Object.keys (settings).sort (), ['levels', 'logLevel', 'threads']);
    assert.equal ({...settings}.logLevel, 'warning');
    settings.logLevel = 'error';
    assert.equal ({...settings}.logLevel, 'error');
    assert.deepEqual (settings.levels, ['warning', 'error']);
    assert.throws (() => {settings.logLevel = 'loud';}, ArgumentTypeError);
    settings.threads.maxThreads += 1;
    assert.deepEqual ({...settings.threads}, {maxThreads: 5});
}

export async function usingDisposes () {
    Symbol.dispose ?? assert.equal (Vector.prototype [Symbol.dispose], undefined);
    if (Symbol.dispose !== undefined) {
        const vector = new Vector ([1]);
        vector [Symbol.dispose] ();
        assert (vector.isDisposed);
        const worker = await Worker.create ('a');
        await worker [Symbol.asyncDispose] ();
        assert.deepEqual (worker.inputNames, []);
    }
}

export function theDefaultExportHoldsTheNames () {
    const {default: _, ...named} = sample;
    assert.deepEqual ({...sampleDefault}, named);
    assert (Object.isFrozen (sampleDefault));
}

export function theMinifiedTwinIsTheSame () {
    assert.deepEqual (Object.keys (minified).sort (), Object.keys (sample).sort ());
    assert.equal (minified.Vector.name, 'Vector');
    assert (!(new minified.Vector ([1]) instanceof Vector));
}
