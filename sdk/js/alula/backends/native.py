"""The backend that only CPython has (JS body: none)."""

from alula.backends.devices import DEVICES

PREFERENCE = [*DEVICES, 'wasm', 'script']


def native_backend(label):
    return None
