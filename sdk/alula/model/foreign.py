"""Files that are often given in place of an ONNX model, known by their first bytes, so that the error can say what they
are."""

from __future__ import annotations

from typing import Any

from alula.errors import ModelFormatError
from alula.host.arrays import TypedArray, sub

# [offset, first bytes as text, what it is]
SIGNATURES: list[list[Any]] = [
    [0, 'PK\x03\x04', 'a zip archive (a PyTorch checkpoint, a Keras file?); unpack it or export it to ONNX'],
    [0, '\x1f\x8b', 'compressed by gzip; decompress it first'],
    [0, 'version https://git-lfs', 'a Git LFS pointer, not the model; fetch the file itself (git lfs pull)'],
    [0, '<', 'text that looks like HTML or XML; is it an error page of the server?'],
    [0, '{', 'text that looks like JSON'],
    [4, 'ORTM', 'in ORT format; give the ONNX file that it was made of'],
    [4, 'TFL3', 'a TensorFlow Lite model; convert it to ONNX'],
    [0, 'GGUF', 'a GGUF model; export it to ONNX'],
    [0, '\x89HDF', 'an HDF5 file (Keras?); export it to ONNX'],
]


def check_signature(buf: TypedArray) -> None:
    """ModelFormatError if the bytes are empty or begin as one of the known other formats."""
    if len(buf) == 0:
        raise ModelFormatError('there are no bytes', -1, '')
    head = ''.join([chr(byte) for byte in sub(buf, 0, 24)])
    for row in SIGNATURES:
        if head[row[0] :].startswith(row[1]):
            raise ModelFormatError('it is ' + row[2], -1, '')
