// The sample as a TypeScript user writes against it. What must not compile is marked.
import sample, {
    ArgumentTypeError, greeting, joinWords, type Layout, MissingInputError, Range, Report, SampleError, Settings, settings,
    ThreadSettings, Vector, version, Worker, type WorkerCreateOptions, type WorkerRunOptions
} from 'sample';

const fromType: Vector = new Vector ('int32', new Int32Array ([1, 2]), [2]);
const fromData: Vector = new Vector ([1, 2, 3]);
const zeros: Vector = Vector.zeros (4, {dtype: 'int32'});
const scaled: Vector = fromType.scaledBy (2, {plus: 1});
const facts: [number | undefined, number[], string, boolean, string] = [scaled.data [0], scaled.dims, scaled.type, scaled.isDisposed, Vector.DEFAULT_TYPE];
zeros.dispose ();
// @ts-expect-error: the type comes first
new Vector ([1], [1], 'int32');
// @ts-expect-error: read only
fromType.type = 'float32';
// @ts-expect-error: no such option
Vector.zeros (4, {type: 'int32'});
// @ts-expect-error: the Python name
fromType.scaled_by (2);

class Doubled extends Vector {
    get twice (): Vector {return this.scaledBy (2);}
}
const range: Vector = new Range (3);
const last: number = new Range (3).lastValue;

const options: WorkerCreateOptions = {numThreads: 2, freeDims: {batch: 1}, onProgress: share => {share.toFixed ();}};
const worker: Worker = await Worker.create ('a,b', options);
await Worker.create (new Uint8Array (4), 2, options);
// @ts-expect-error: a factory makes it
new Report (1, []);
const runOptions: WorkerRunOptions = {abortSignal: new AbortController ().signal, scale: 3};
const results: Record<string, Vector> = await worker.run ({a: fromType, b: fromData}, runOptions);
await worker.run ({a: fromType}, ['a'] as const, runOptions);
await worker.run ({a: fromType}, {a: null});
// @ts-expect-error: a feed is a Vector
await worker.run ({a: [1, 2]});
// @ts-expect-error: a promise
const early: Record<string, Vector> = worker.run ({a: fromType});
await worker.runTwice ({a: fromType, b: fromData});
const report: Report = worker.report ();
const counts: [number, number[], number] = [report.runCount, report.times, worker.threadCount ()];

const layout: Layout = 'NCHW';
const text: string = greeting ('you', {loudVoice: true, layout}) + joinWords (['a'], '-', {prefix: version});
// @ts-expect-error: no such layout
greeting ('you', {layout: 'CHWN'});

settings.logLevel = settings.levels [0] ?? 'error';
settings.threads.maxThreads = 2;
const owned: [Settings, ThreadSettings] = [settings, settings.threads];

try {
    await worker.run ({});
}
catch (error) {
    if (error instanceof MissingInputError) {
        const base: SampleError = error;
        const told: [string, string, string] = [error.inputName, base.code, base.message];
        console.log (told);
    }
    const other: boolean = error instanceof sample.ArgumentTypeError;
    console.log (other || error instanceof ArgumentTypeError && error.argument);
    await worker.release ();
}
{
    using held = new Doubled ([1]);
    await using closed = worker;
    console.log (held.twice, closed.inputNames);
}
console.log (facts, range, last, results, counts, text, owned, early);
