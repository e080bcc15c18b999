"""The benchmark: its statistics, what it counts, and a small model measured and profiled in Chromium for real."""
import json
from pathlib import Path

import numpy as np
import pytest

from bench import engines, measure, models, profile, report, results, samples, table, tfjs_model
from tests import oracle
from tests.models import weights
from tools import ROOT, BuildError, bundle

DIGITS = ROOT / 'models/digits/digits.onnx'
EFFORT = measure.Effort(runs=6, seconds=5, pages=2)


@pytest.fixture(scope='module')
def case() -> models.Case:
    model = DIGITS.read_bytes()
    feeds = oracle.random_feeds(model, 0, models.SIZES)
    return models.Case('digits', model, models.SIZES, feeds, oracle.expected(model, feeds))


@pytest.fixture(scope='module')
def bench():
    bundle.build()
    with measure.bench(engines.chosen(None)) as running:
        yield running


@pytest.fixture(scope='module')
def measured(bench, case) -> dict[str, measure.Samples]:
    return bench.measure(case, engines.chosen(None), EFFORT)


@pytest.fixture(scope='module')
def found(bench, measured) -> dict:
    """The results as they come back from the JSON file."""
    every = engines.chosen(None)
    failed = {**measured, 'ort-wasm': measure.Samples(problem='it </script> failed')}
    of_models = {'digits': measured, 'other': failed}
    return json.loads(json.dumps(results.results('1', every, bench.downloads, of_models)))


def test_what_slows_both_down_is_not_in_the_ratio() -> None:
    load = np.random.default_rng(0).uniform(1, 9, 101)
    low, middle, high = samples.ratio(list(2 * load), list(6 * load))
    assert (low, middle, high) == pytest.approx((3, 3, 3))


def test_the_ratio_is_of_medians_with_quartiles_of_pairs() -> None:
    assert samples.ratio([1, 1, 1, 1, 1], [2, 4, 3, 90, 1]) == (2, 3, 4)
    assert samples.spread([5, 1, 2, 4, 3]) == (2, 3, 4)
    assert samples.geometric_mean([1, 4]) == pytest.approx(2)


def test_models_by_architecture_and_by_name() -> None:
    assert models.chosen(['resnet18'], None) == ['resnet18.opset25']
    assert models.chosen(['resnet18', 'light_squeezenet'], 13) == ['resnet18.opset13', 'light_squeezenet']
    assert models.chosen(['vit_tiny.opset11'], 13) == ['vit_tiny.opset11']
    assert 'minilm_l6.opset17' in models.chosen(['all'], 17)


@pytest.mark.parametrize(('name', 'opset', 'told'), [('resnet81', None, 'resnet18'), ('resnet18', 12, '11, 13')])
def test_models_that_there_are_not(name: str, opset: int | None, told: str) -> None:
    with pytest.raises(BuildError, match=told):
        models.chosen([name], opset)


def test_engines_that_there_are_not() -> None:
    assert [engine.name for engine in engines.chosen('ort-wasm,alula,alula')] == ['ort-wasm', 'alula']
    with pytest.raises(BuildError, match='ort-wasm'):
        engines.chosen('ort')


def test_downloads_are_counted_once_and_packed(tmp_path: Path) -> None:
    (tmp_path / 'a.js').write_bytes(b'a' * 100_000)
    (tmp_path / 'b.wasm').write_bytes(np.random.default_rng(0).bytes(5000))
    engine = engines.Engine('e', 'E', '/e/', tmp_path, tmp_path / 'package.json')
    packed = engines.download_bytes(engine, ['/e/a.js', '/other/c.js', '/e/b.wasm', '/e/a.js'])
    assert 5000 < packed < 5500


def test_all_engines_are_checked_and_timed(bench, measured) -> None:
    for name, each in measured.items():
        assert each.problem is None, name
        assert each.error < 1e-5
        assert (len(each.load), len(each.first_create), len(each.first_run)) == (2, 2, 2)
        assert len(each.create) == 2 * measure.CREATES
        assert len(each.run) == EFFORT.runs
        assert min(each.start + each.create + each.first_run + each.run) > 0
        assert each.wasm_memory >= 65536
        assert each.script_memory > 0
        assert bench.downloads[name] > 50_000


def test_wrong_outputs_are_not_timed(bench, case) -> None:
    wrong = case._replace(expected={name: array + 1 for name, array in case.expected.items()})
    of_alula = bench.measure(wrong, [engines.ENGINES['alula']], EFFORT)['alula']
    assert 'off by' in of_alula.problem
    assert of_alula.run == []


def test_an_engine_that_fails_is_told_and_left_out(bench, case) -> None:
    broken = case._replace(model=case.model[:1000])
    of_engines = bench.measure(broken, engines.chosen('alula,ort-wasm'), EFFORT)
    assert all(each.problem and each.run == [] for each in of_engines.values())


def test_the_profile_has_every_kernel(bench, case) -> None:
    rows = profile.profile(bench, case, 3)
    assert {row['kernel'] for row in rows} >= {'contract', 'reduce'}
    assert all(row['operations'] > 0 and row['milliseconds'] >= 0 for row in rows if row['kernel'] == 'contract')
    text = profile.text('digits', rows)
    assert text.startswith(f'digits: {len(rows)} kernels')
    assert all(row['node'] in text for row in rows)


def test_the_table(found) -> None:
    text = table.table(found)
    middle = found['models']['digits']['ort-wasm']['ratios']['run'][1]
    assert f'{table.three_digits(middle)} (' in text
    assert f'run {table.three_digits(middle)} ×' in text      # the mean over one model
    assert 'ort-wasm: it </script> failed' in text
    assert [table.three_digits(value) for value in (0.0123, 1.234, 12.34, 123.4)] == ['0.012', '1.23', '12.3', '123']


def test_the_page_shows_every_bar_and_every_problem(found, chromium, tmp_path: Path) -> None:
    path = tmp_path / 'report.html'
    path.write_text(report.page(found), encoding='utf-8')
    with chromium.page(path.as_uri(), viewport={'width': 390, 'height': 700}) as page:
        assert page.errors == []
        bars = page.evaluate("[...document.querySelectorAll('.bar')].map(bar => bar.getBoundingClientRect().width)")
        charts, count = len(results.METRICS) + 1, len(engines.chosen(None))
        assert len(bars) == charts * (count + count - 1) + count      # a chart more has the downloads
        assert min(bars) > 0
        assert page.evaluate("document.querySelectorAll('.problem').length") == charts
        assert page.evaluate('document.documentElement.scrollWidth') <= 390
        means = page.evaluate("[...document.querySelectorAll('.means strong')].map(mean => mean.textContent)")
        assert means[0] == f'{table.three_digits(found["models"]["digits"]["ort-wasm"]["ratios"]["run"][1])} ×'


def test_what_tfjs_has_no_translation_of_is_told() -> None:
    with pytest.raises(BuildError, match='Shape'):
        tfjs_model.tfjs_model(weights.filled('vit_tiny.opset18'))
