"""The backend that only CPython has (JS body: none)."""

PREFERENCE = ['wasm', 'script']


def native_backend(label):
    return None
