"""The backend that only CPython has (JS body: none)."""

PREFERENCE = ['webgpu', 'wasm', 'script']


def native_backend(label):
    return None
