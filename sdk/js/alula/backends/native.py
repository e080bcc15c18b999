"""The backend that only CPython has (JS body: none)."""

from alula.backends.device_names import DEVICES

PREFERENCE = [*DEVICES, 'wasm', 'script']


def native_backend(label):
    return None
