"""`build.py run` and `info`: the same outputs on every host, inputs from every kind of file, errors that help."""
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

import build
from tools.feeds import PIXELS


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    status = build.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def answer(capsys, *arguments: object) -> dict:
    status, out, err = call(capsys, *arguments, '--json')
    assert status == 0, err
    return json.loads(out)


@pytest.fixture
def blue(tmp_path: Path) -> Path:
    path = tmp_path / 'blue.png'
    Image.new('RGB', (20, 12), (10, 20, 250)).save(path)
    return path


@pytest.mark.parametrize(('host', 'backend'), [('cpython', 'numpy'), ('cpython', 'script'), ('cpython', 'wasm'),
                                               ('node', 'wasm'), ('node', 'script'), ('chromium', 'wasm')])
def test_every_host_gives_the_same(sums: Path, tmp_path: Path, capsys, host: str, backend: str) -> None:
    np.save(tmp_path / 'a.npy', np.array([0.5, -1.5, 1e-30], dtype=np.float32))
    big = np.array([2**52, -7, 3], dtype=np.int64)
    (tmp_path / 'i.pb').write_bytes(onnx.numpy_helper.from_array(big).SerializeToString())
    np.save(tmp_path / 'zeros.npy', np.zeros(3, dtype=np.float32))
    found = answer(capsys, 'run', sums, '--host', host, '--backend', backend, '--input', f'a={tmp_path / "a.npy"}',
                   '--input', f'b={tmp_path / "zeros.npy"}', '--input', f'i={tmp_path / "i.pb"}', '--dim', 'n=3')
    assert found['backend'] == backend
    assert found['host'].lower().startswith(host)
    assert found['outputs']['total'] == {'type': 'float32', 'dims': [3], 'data': [0.5, -1.5, float(np.float32(1e-30))]}
    count = np.array(found['outputs']['count']['data'])
    assert found['outputs']['count']['type'] == 'int64'
    assert set((count - big).tolist()) <= {0, 1}, 'the input without a file is random zeros and ones'
    assert 'j: int64[3] from random, seed 0' in found['inputs']


def test_a_picture_is_classified(classifier: Path, blue: Path, tmp_path: Path, capsys) -> None:
    labels = tmp_path / 'labels.txt'
    labels.write_text('red\ngreen\nblue\n')
    status, out, _ = call(capsys, 'run', classifier, '--input', blue, '--labels', labels)
    assert status == 0
    assert 'blue.png, 20×12 resized to 8×8, pixels imagenet' in out
    top = out.split('top classes\n')[1].splitlines()
    assert [line.split()[0] for line in top] == ['blue', 'green', 'red']
    assert float(top[0].split()[1].rstrip('%')) > 50


@pytest.mark.parametrize('pixels', PIXELS)
def test_pixels_are_scaled_as_asked(classifier: Path, blue: Path, capsys, pixels: str) -> None:
    found = answer(capsys, 'run', classifier, '--input', blue, '--pixels', pixels)
    mean, deviation = PIXELS[pixels]
    expected = (np.array([10, 20, 250]) / 255 - mean) / deviation
    np.testing.assert_allclose(found['outputs']['logits']['data'], expected, rtol=1e-4)


def test_the_seed_decides_what_is_random(classifier: Path, capsys) -> None:
    runs = [answer(capsys, 'run', classifier, '--seed', seed, '--dim', 'batch=2')['outputs'] for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert runs[0]['logits']['dims'] == [2, 3]


@pytest.mark.parametrize(('arguments', 'message'), [
    (['--input', 'x=nowhere.npy'], 'no file nowhere.npy'),
    (['--input', 'x={blue}'], "no input 'x'; its inputs are image"),
    (['--input', '{model}'], 'a .npy file, a .pb file'),
    (['--dim', 'batch'], 'SYMBOL=SIZE'),
    (['--backend', 'abacus'], 'abacus'),
])
def test_mistakes_are_explained(classifier: Path, blue: Path, capsys, arguments: list[str], message: str) -> None:
    filled = [argument.format(blue=blue, model=classifier) for argument in arguments]
    status, out, err = call(capsys, 'run', classifier, *filled)
    assert (status, out) == (1, '')
    assert message in err
    assert 'Traceback' not in err


@pytest.mark.parametrize('host', ['node', 'chromium'])
def test_a_failure_in_js_is_explained(classifier: Path, capsys, host: str) -> None:
    status, out, err = call(capsys, 'run', classifier, '--host', host, '--backend', 'abacus')
    assert (status, out) == (1, '')
    assert 'BACKEND_UNAVAILABLE' in err
    assert 'abacus' in err


@pytest.mark.parametrize('command', ['run', 'info'])
def test_a_file_that_is_no_model(tmp_path: Path, capsys, command: str) -> None:
    (tmp_path / 'not.onnx').write_bytes(b'\xff' * 100)
    status, _, err = call(capsys, command, tmp_path / 'not.onnx')
    assert status == 1
    assert 'not.onnx' in err
    assert 'No such file' in call(capsys, command, tmp_path / 'missing.onnx')[2]


def test_info_tells_what_a_model_is_made_of(classifier: Path, capsys) -> None:
    found = answer(capsys, 'info', classifier)
    assert found['bytes'] == classifier.stat().st_size
    assert found['opsets'] == {'ai.onnx': 17}
    assert found['parameters'] == 9
    assert found['inputs'] == [{'name': 'image', 'kind': 'tensor', 'type': 'float32', 'shape': ['batch', 3, 8, 8]}]
    assert {operator['name']: operator['count'] for operator in found['operators']} == {
        'GlobalAveragePool': 1, 'Flatten': 1, 'MatMul': 1}
    assert all(operator['supported'] for operator in found['operators'])
    assert [row['backend'] for row in found['placement']] == ['wasm', 'numpy']
    assert all(row['kernels'].keys() == {row['backend']} for row in found['placement'])


def test_info_names_what_is_missing(classifier: Path, tmp_path: Path, capsys) -> None:
    model = onnx.load(classifier)
    model.graph.node[1].op_type = 'Flattest'
    onnx.save(model, tmp_path / 'odd.onnx')
    status, out, _ = call(capsys, 'info', tmp_path / 'odd.onnx')
    assert status == 0
    assert 'Flattest' in out
    assert 'not supported' in out
    assert 'numpy cannot: ' in out


def test_every_command_has_help(capsys) -> None:
    for command in build.COMMANDS:
        with pytest.raises(SystemExit) as ended:
            build.main([command, '--help'])
        assert ended.value.code == 0
        assert build.COMMANDS[command].split()[0].capitalize() in capsys.readouterr().out


@pytest.mark.parametrize('host', ['cpython', 'node', 'chromium'])
def test_weights_beside_the_model_are_found(classifier: Path, blue: Path, tmp_path: Path, capsys, host: str) -> None:
    split = tmp_path / 'a folder' / 'split model.onnx'
    split.parent.mkdir()
    onnx.save(onnx.load(classifier), split, save_as_external_data=True, location='weights.bin', size_threshold=0)
    assert answer(capsys, 'info', split)['external_data'] == ['weights.bin']
    whole = answer(capsys, 'run', classifier, '--input', blue)['outputs']
    found = answer(capsys, 'run', split, '--input', blue, '--host', host, '--backend', 'wasm')['outputs']
    assert found['logits']['data'] == pytest.approx(whole['logits']['data'], rel=1e-5)
