/** What engines with onnxruntime-web's interface have in common. `library()` gives the loaded module. */
export function sessions(library, provider = 'wasm') {
  return {
    create: (bytes, sizes) => library().InferenceSession.create(
      bytes, { executionProviders: [provider], freeDimensionOverrides: sizes }),
    inputs: (feeds) => Object.fromEntries(Object.entries(feeds).map(
      ([name, { type, dims, data }]) => [name, new (library().Tensor)(type, data, dims)])),
    run: (session, tensors) => session.run(tensors),
    release: (session) => session.release(),
  };
}
