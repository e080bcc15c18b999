"""Fixtures of the package's tests: the sample and the product, built, and installed as npm would."""

import base64
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.package.sample_package import SAMPLE, project
from tools import ROOT, bundle, npm
from tools.node import node_path

PROGRAMS = Path(__file__).parent / 'programs'


@pytest.fixture(scope='session')
def run_node() -> Callable[..., str]:
    """Run a module in the oldest Node that is supported; its output, or a failure with what it printed."""

    def run(script: Path, *arguments: str, options: tuple[str, ...] = ()) -> str:
        command = [str(node_path()), *options, str(script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope='session')
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with programs/ and the built sample under node_modules/."""
    folder = tmp_path_factory.mktemp('sample')
    installed = folder / 'node_modules' / 'sample'
    bundle.build(installed, project(), folder / 'work')
    shutil.copy(SAMPLE / 'package.json', installed)
    shutil.copytree(PROGRAMS, folder / 'programs')
    (folder / 'package.json').write_text('{"type": "module"}')
    return folder


@pytest.fixture(scope='session')
def built() -> Path:
    """The product's package folder, up to date."""
    bundle.build()
    return ROOT / 'transpiled'


@pytest.fixture(scope='session')
def consumer(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's project: the package from its tarball under node_modules/, programs/ that use it, a model."""
    folder = tmp_path_factory.mktemp('consumer')
    npm.run(['pack', str(built), '--pack-destination', str(folder), '--silent'])
    [tarball] = folder.glob('*.tgz')
    with tarfile.open(tarball) as archive:
        # Debian's Python 3.11.2 has neither the filter nor its argument.
        archive.extraction_filter = getattr(tarfile, 'data_filter', None)
        archive.extractall(folder / 'unpacked')
    shutil.move(folder / 'unpacked' / 'package', folder / 'node_modules' / 'alula')
    shutil.copytree(PROGRAMS, folder / 'programs')
    (folder / 'package.json').write_text('{"type": "module"}')
    # a module with the bytes, so that every way of loading the program loads the model too
    model = base64.b64encode(affine_model().SerializeToString()).decode()
    (folder / 'programs' / 'model.js').write_text(
        f'export const model = Uint8Array.from (atob ({json.dumps(model)}), character => character.charCodeAt (0));\n')
    return folder


def affine_model() -> onnx.ModelProto:
    """y = relu(x @ [[1, -1], [2, -2], [3, 1]] + [0.5, 0]) for x of [batch, 3]."""
    weights = numpy_helper.from_array(np.array([[1, -1], [2, -2], [3, 1]], np.float32), 'w')
    bias = numpy_helper.from_array(np.array([0.5, 0], np.float32), 'b')
    nodes = [helper.make_node('Gemm', ['x', 'w', 'b'], ['z']), helper.make_node('Relu', ['z'], ['y'])]
    x = helper.make_tensor_value_info('x', TensorProto.FLOAT, ['batch', 3])
    y = helper.make_tensor_value_info('y', TensorProto.FLOAT, ['batch', 2])
    graph = helper.make_graph(nodes, 'affine', [x], [y], [weights, bias])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
