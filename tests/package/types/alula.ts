// The whole public surface of Alula as a TypeScript user writes against it. What must not compile is marked.
import alula, {
    AbortedError, AlulaError, ArgumentRangeError, ArgumentTypeError, AttributeValueError, BackendError, BackendUnavailableError,
    Box, Classification, Detection, Encoding, Image, ImageClassification, ImageError, type ImageInputSettings, type ImageSource, Keypoint,
    ObjectDetection, OutputError, pipeline, type PipelineOptions, Pose, PoseEstimation, SettingError, similarity, Task,
    TextClassification, TextEmbedding, TextMatch, Timings, Tokenizer, TokenizerError, type TokenizerSource,
    CachedFile, CacheUsage, type DataType, DataDependentShapeError, DisposedError, Env, env, ExternalDataError, FetchError, HostFeatureError,
    InexactIntegerError, InferenceSession, type InferenceSessionCreateOptions, type InferenceSessionRunOptions, InputError, IntegrityError,
    KernelProfile, MissingPackageError, ModelCache, modelCache, ModelFormatError, ModelInfo, ModelValidationError, OutOfMemoryError, Placement, PlacementError, ProgramReport, Report, ShapeError, StorageError,
    Tensor, type TensorData, TensorError, UnsupportedFeatureError, UnsupportedOperatorError, UnsupportedTypeError, ValueCheckError, ValueMetadata,
    Versions, WasmSettings
} from 'alula';
import {InferenceSession as MinifiedSession} from 'alula/min';

const controller = new AbortController ();
const options: InferenceSessionCreateOptions = {
    executionProviders: ['wasm', {name: 'script'}],
    freeDimensionOverrides: {batch: 1},
    externalData: [{path: 'weights.bin', data: new Uint8Array (4)}, {path: 'more.bin', data: 'https://example.com/more.bin', integrity: 'sha256-…'}],
    cache: true,
    integrity: 'sha256-…',
    onProgress: (loaded, total) => {console.log (loaded / total);},
    signal: controller.signal,
};
const bytes = new Uint8Array (16);
const session: InferenceSession = await InferenceSession.create ('model.onnx', options);
await InferenceSession.create (bytes);
await InferenceSession.create (bytes.buffer, 4, 8, options);
await MinifiedSession.create (bytes.buffer, {signal: controller.signal});
// @ts-expect-error: `create` makes it
new InferenceSession ();
// @ts-expect-error: no such option
await InferenceSession.create (bytes, {provider: 'wasm'});

const info: ModelInfo = await ModelInfo.read (bytes, {onProgress: loaded => {console.log (loaded);}});
const facts: [number, string, number, number] = [info.size, info.producer, info.irVersion, info.parameters];
const tables: Record<string, number | string> [] = [info.opsets, info.metadata, info.operators];
console.log (facts, tables, info.inputs [0]?.name, info.outputs.length, info.unsupported.join (), info.externalData);

const type: DataType = 'int64';
const ids = new Tensor (type, new BigInt64Array ([1n, 2n]), [1, 2]);
const inferred: Tensor = new Tensor (new Float32Array (4), [2, 2]);
const texts: Tensor = Tensor.of (['a', 'b']);
const numbers = new Tensor ('float32', [1, 2, 3]);
const data: TensorData = await numbers.getData (true);
const shape: [readonly number[], number, DataType, string, boolean] =
    [ids.dims, ids.size, ids.type, ids.location, ids.isDisposed];
inferred.reshape ([4]).dispose ();
// @ts-expect-error: no such type
new Tensor ('float31', [1]);

const runOptions: InferenceSessionRunOptions = {signal: controller.signal};
const results: Record<string, Tensor> = await session.run ({ids, mask: [1, 1]}, runOptions);
await session.run ({ids}, ['logits'], runOptions);
await session.run ({ids: [numbers, ids], mask: null});
await session.run ({ids}, {logits: numbers, other: null});
const synchronous: Record<string, Tensor> = session.runSync ({ids});
await session.warmup ();
const input: ValueMetadata | undefined = session.inputMetadata [0];
const described: [string, DataType, (number | string)[], boolean] | undefined =
    input && [input.name, input.type, input.shape, input.isTensor];
const names: string[] = [...session.inputNames, ...session.outputNames, ...session.outputMetadata.map (each => each.name)];

const kernels: KernelProfile[] = await session.profile ({ids}, {runs: 3});
console.log (kernels.map (each => `${each.node} ${each.kernel} ${each.code} ${each.sizes} ${each.operations / each.milliseconds}`));
const report: Report = session.report ();
const programs: ProgramReport[] = report.programs;
const placements: Placement[] = report.placement;
const told: string[] = [report.backend, ...report.tried, ...report.notes, session.explain ()];
console.log (report.memory + report.creating, placements.map (each => `${each.node} ${each.kernel} ${each.backend}`),
             programs.map (each => each.arena + each.steps + each.planning + each.compiling + each.runs + each.last + each.inputs));

const picture: Image = await Image.read (new Blob ([bytes]), {signal: controller.signal});
const small: Image = picture.resize (224, 224).crop (0, 0, 100, 100).pad (2, 2, 104, 104, 114);
const pixels: Uint8Array = new Image (small.width, small.height, small.data).data;
const sources: ImageSource[] = [
    'picture.png', new URL ('https://example.com/picture.png'), bytes, document.createElement ('img'), document.createElement ('video'),
    document.createElement ('canvas'), new OffscreenCanvas (4, 4), new ImageData (4, 4), picture, {width: 1, height: 1, data: pixels}
];
const imageInput: ImageInputSettings = {fit: 'letterbox', layout: 'nchw', order: 'bgr', mean: [0, 0, 0], std: 1, scale: 1 / 255, pad: 114, width: 640};
const pipelineOptions: PipelineOptions = {input: imageInput, threshold: 0.5, iouThreshold: 0.5, classAgnostic: true, maxDetections: 10, ...options};
const detector: ObjectDetection = await pipeline ('object-detection', 'detector.onnx', pipelineOptions);
const found: Detection[] = await detector.run (picture);
const boxes: Box[] = found.map (({box}) => box);
console.log (boxes.map (({x, y, width, height}) => x + y + width + height), found.map (each => each.label + each.score));
const classifier: ImageClassification = await pipeline ('image-classification', session, {labels: ['a', 'b'], topK: 1, activation: 'softmax'});
const best: Classification[][] = await classifier.run (sources);
console.log (best [0]?.map (each => `${each.index} ${each.label} ${each.score}`), (await classifier.see (picture)).width, classifier.labels);
const estimator: PoseEstimation = await pipeline ('pose-estimation', bytes, {keypoints: ['head', 'foot'], skeleton: [[0, 1]]});
const poses: Pose[] = await estimator.run (picture);
const points: Keypoint[] = poses.flatMap (pose => pose.keypoints);
console.log (points.map (each => `${each.name} ${each.x} ${each.y} ${each.score}`), poses [0]?.score, estimator.skeleton, estimator.keypoints);
const alone = new ObjectDetection (session, {labels: ['a'], input: {fit: 'stretch'}});
const tasks: Task[] = [detector, classifier, estimator, alone];
const timings: Timings = alone.timings;
console.log (tasks.map (each => each.session.metadata), timings.preprocessing + timings.inference + timings.postprocessing);
await alone.release ();
// @ts-expect-error: no such task
await pipeline ('image-writing', bytes);
// @ts-expect-error: no such fit
await pipeline ('object-detection', bytes, {input: {fit: 'squeeze'}});

const tokenizerJson: Record<string, unknown> = JSON.parse ('{}');
const tokenizerSources: TokenizerSource[] = ['tokenizer.json', bytes, tokenizerJson, await Tokenizer.load (bytes, {signal: controller.signal})];
const encoding: Encoding = Tokenizer.of (tokenizerJson).encode (['a', 'b'], ['c', 'd'], {maxLength: 16, padding: 0, multiple: 8});
const encoded: Tensor[] = [encoding.inputIds, encoding.attentionMask, encoding.tokenTypeIds, Tokenizer.of (tokenizerJson).encode ('a').inputIds];
console.log (encoded.length, encoding.tokens [0]?.map ((token, i) => `${token} ${encoding.offsets [0]?.[i]?.[1]}`));
const embedding: TextEmbedding = await pipeline ('text-embedding', bytes, {tokenizer: tokenizerSources [0], pooling: 'cls', normalize: false, maxLength: 128});
const vectors: Tensor = await embedding.run (['a', 'b']);
const matches: TextMatch[] = [...await embedding.search ('a', ['b', 'c'], {topK: 1}), ...await embedding.search ('a', vectors)];
console.log (matches.map (each => `${each.index} ${each.score} ${each.text}`), similarity (await embedding.run ('a'), vectors).dims);
const sorter: TextClassification = await pipeline ('text-classification', session, {labels: {good: ['fine'], bad: ['poor']}, topK: 1});
const mood: Classification[] = await sorter.run ('well');
const moods: Classification[][] = await sorter.run (['well', 'ill']);
console.log (mood.length + moods.length);
// @ts-expect-error: labels of texts are said by examples
new TextClassification (session, {labels: ['good', 'bad'], tokenizer: 'tokenizer.json'});
// @ts-expect-error: no such pooling
new TextEmbedding (session, {pooling: 'max', tokenizer: 'tokenizer.json'});

const settings: Env = env;
settings.logLevel = 'error';
const wasm: WasmSettings = env.wasm;
wasm.numThreads = 1;
wasm.relaxedSimd = false;
const versions: Versions = env.versions;
const preferred: readonly string[] = env.backends;

const store: ModelCache = modelCache;
store.location = 'models of mine';
const kept: CachedFile[] = await store.list ();
const usage: CacheUsage = await store.usage ();
const share = kept.map (file => file.isComplete ? file.bytes / usage.quota : (file.total - file.bytes) / usage.bytes);
const oldest: string | undefined = kept.sort ((a, b) => a.lastUsed - b.lastUsed) [0]?.url;
await store.remove (oldest ?? '');
await store.clear ();

const position = (error: unknown): string | number => {
    switch (true) {
        case error instanceof ModelFormatError: return error.position + error.path;
        case error instanceof ModelValidationError: return error.where;
        case error instanceof ExternalDataError: return error.location + error.tensor;
        case error instanceof UnsupportedOperatorError: return error.op + error.domain + error.opset + error.node;
        case error instanceof UnsupportedTypeError: return error.dtype;
        case error instanceof ValueCheckError: return error.message;
        case error instanceof UnsupportedFeatureError: return error.feature;
        case error instanceof AttributeValueError: return error.attribute;
        case error instanceof DataDependentShapeError: return error.value + error.sources.join ();
        case error instanceof ImageError: return error.message;
        case error instanceof TokenizerError: return error.message;
        case error instanceof SettingError: return error.setting;
        case error instanceof OutputError: return error.outputName;
        case error instanceof InputError: return error.inputName;
        case error instanceof InexactIntegerError: return error.text;
        case error instanceof BackendError: return error.backend;
        case error instanceof BackendUnavailableError: return error.reasons.join ();
        case error instanceof PlacementError: return error.nodes.join ();
        case error instanceof MissingPackageError: return error.requirement;
        case error instanceof HostFeatureError: return error.feature;
        case error instanceof OutOfMemoryError: return error.wanted;
        case error instanceof FetchError: return error.url + error.status;
        case error instanceof IntegrityError: return error.url + error.expected + error.actual;
        case error instanceof ArgumentTypeError: return error.argument;
        case error instanceof ArgumentRangeError: return error.argument;
        case error instanceof AlulaError: return error.code + error.message;
    }
    return '';
};
const plain = [AbortedError, DisposedError, ShapeError, StorageError, TensorError].some (each => each.prototype instanceof AlulaError);

{
    using held = Tensor.of ([true, false]);
    await using released = session;
    console.log (held.data, released.isReleased);
}
await session.release ();
console.log (alula.env === env, data, shape, texts, results, synchronous, described, names, told, versions.alula, versions.web, preferred, plain, position, share);
