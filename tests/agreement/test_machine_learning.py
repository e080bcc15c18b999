"""ai.onnx.ml agrees with onnxruntime, over random attributes, on every backend that CPython has."""

from typing import Any

import alula
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import ValueInfoProto, helper, numpy_helper

from tests import oracle
from tests.agreement.nodes import FLOAT, INT64, STRING, check, listed, one_node, texts
from tests.agreement.operators import BACKENDS
from tests.agreement.test_operators import examples, floats, seeds

# PROBIT means something between 0 and 1 alone; onnxruntime leaves half of it out for two classes.
TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO']
transforms = st.sampled_from(TRANSFORMS)
BRANCHES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']


# Features


@examples(10)
@given(data=st.data(), seed=seeds)
def test_scaler_and_binarizer(data, seed):
    x = floats(seed, [data.draw(st.integers(1, 4)), 3], data.draw(st.sampled_from([np.float32, np.float64])))
    count = data.draw(st.sampled_from([1, 3]))
    check('Scaler', [x], offset=listed(floats(seed + 1, [count])), scale=listed(floats(seed + 2, [count])))
    check('Binarizer', [x.astype(np.float32)], threshold=0.25)
    check('Scaler', [(10 * x).astype(np.int64)], offset=[0.5], scale=[0.25])


@pytest.mark.parametrize('norm', ['MAX', 'L1', 'L2'])
def test_normalizer(norm):
    check('Normalizer', [np.abs(floats(1, [5, 7]))], norm=norm)
    check('Normalizer', [np.array([[0, 0], [3, 4]])], norm=norm)
    check('Normalizer', [floats(2, [6])], norm=norm)


@pytest.mark.parametrize('missing', [np.nan, 2.0])
def test_imputer(missing):
    x = np.array([[1, missing, 3], [missing, 2, missing]], np.float32)
    check('Imputer', [x], imputed_value_floats=[7.0, 8.0, 9.0], replaced_value_float=missing)
    check('Imputer', [x], imputed_value_floats=[7.0], replaced_value_float=missing)
    check('Imputer', [np.array([[1, -1], [-1, 2]])], imputed_value_int64s=[4, 5], replaced_value_int64=-1)


def test_features_are_taken_and_joined():
    x = floats(3, [4, 5])
    check('ArrayFeatureExtractor', [x, np.array([[4, 0, 4]])])
    check('ArrayFeatureExtractor', [x[0], np.array([2])])
    check('ArrayFeatureExtractor', [texts('a', 'b', 'c').reshape(1, 3), np.array([2, 0])])
    check('FeatureVectorizer', [x, x[:, :2].copy()], inputdimensions=[3, 4])


# Labels and categories

WORDS = ['a', 'bb', '', 'ccc', 'é', 'zz', 'B']
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)


@examples(12)
@given(data=st.data(), keys=st.lists(st.sampled_from(WORDS), min_size=1, unique=True), x=words)
def test_label_encoder_of_texts(data, keys, x):
    given_texts = texts(*x)
    check('LabelEncoder', [given_texts], keys_strings=keys, values_int64s=[3 * i for i in range(len(keys))])
    check('LabelEncoder', [given_texts], keys_strings=keys, values_floats=[0.5 * i for i in range(len(keys))],
          default_float=-7.0)
    check('LabelEncoder', [given_texts], keys_strings=keys, values_strings=keys[::-1], default_string='none')
    check('LabelEncoder', [given_texts], ml=1, classes_strings=keys)
    check('OneHotEncoder', [given_texts], cats_strings=keys)


@examples(12)
@given(keys=st.lists(st.integers(-9, 9), min_size=1, unique=True), x=st.lists(st.integers(-9, 9), min_size=1))
def test_label_encoder_of_numbers(keys, x):
    values = [f'v{key}' for key in keys]
    whole = np.array(x)
    check('LabelEncoder', [whole], keys_int64s=keys, values_strings=values)
    check('LabelEncoder', [whole.astype(np.float32)], ml=4, keys_floats=[*map(float, keys), np.nan],
          values_strings=[*values, 'nan'])
    check('LabelEncoder', [np.append(whole, [np.nan]).astype(np.float32)], ml=4,
          keys_floats=[np.nan, *map(float, keys)], values_int64s=list(range(len(keys) + 1)))
    tensors = {f'{name}_tensor': numpy_helper.from_array(np.array(array, np.float64))
               for name, array in [('keys', keys), ('values', keys[::-1]), ('default', [5])]}
    check('LabelEncoder', [whole.astype(np.float64)], ml=4, **tensors)
    check('CategoryMapper', [whole], cats_int64s=keys, cats_strings=values)
    check('CategoryMapper', [texts('v1', 'v2', 'x')], cats_int64s=keys, cats_strings=values)
    check('OneHotEncoder', [whole], cats_int64s=keys)
    check('OneHotEncoder', [whole.astype(np.float32)], cats_int64s=keys)


def test_an_unknown_category_is_reported():
    info = helper.make_tensor_value_info('x', STRING, [2])
    model = one_node('OneHotEncoder', [info], [ValueInfoProto(name='y')], 3, 18, cats_strings=['a'], zeros=0)
    for backend in BACKENDS:
        session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
        assert session.run_sync({'x': texts('a', 'a')})['y'].tolist() == [[1.0], [1.0]]
        with pytest.raises(alula.ValueCheckError):
            session.run_sync({'x': texts('a', 'b')})


# Linear models and support vectors


@examples(16)
@given(data=st.data(), seed=seeds, transform=transforms)
def test_linear_models(data, seed, transform):
    rows, features, targets = (data.draw(st.integers(1, 4)) for _ in range(3))
    x = floats(seed, [rows, features])
    attributes = {'coefficients': listed(floats(seed + 1, [targets, features])),
                  'intercepts': listed(floats(seed + 2, [targets])), 'post_transform': transform}
    check('LinearRegressor', [x], targets=targets, **attributes)
    labels = data.draw(st.permutations(WORDS))[:max(targets, 2)]
    check('LinearClassifier', [x], 'yz', classlabels_strings=labels, **attributes)
    check('LinearClassifier', [(4 * x).astype(np.int64)], 'yz', **attributes,
          classlabels_ints=[7 * i for i in range(max(targets, 2))])


def test_probit():
    x = np.array([[0.25], [0.5], [0.97]], np.float32)
    check('LinearRegressor', [x], coefficients=[1.0], intercepts=[0.0], targets=1, post_transform='PROBIT')
    check('LinearClassifier', [x], 'yz', coefficients=[1.0, 0.5, 0.25], intercepts=[0.0, 0.1, 0.2],
          classlabels_ints=[1, 2, 3], post_transform='PROBIT')


@examples(16)
@given(data=st.data(), seed=seeds, kind=st.sampled_from(['LINEAR', 'POLY', 'RBF', 'SIGMOID']), transform=transforms)
def test_support_vector_machines(data, seed, kind, transform):
    classes, features = data.draw(st.integers(2, 4)), data.draw(st.integers(1, 4))
    counts = [data.draw(st.integers(1, 3)) for _ in range(classes)]
    total = sum(counts)
    x = floats(seed, [3, features])
    attributes = {'kernel_type': kind, 'kernel_params': [0.3, 0.1, data.draw(st.sampled_from([1.0, 2.0, 3.0]))],
                  'support_vectors': listed(floats(seed + 1, [total, features]))}
    one_class = data.draw(st.integers(0, 1))
    check('SVMRegressor', [x], coefficients=listed(floats(seed + 2, [total])), rho=[0.2], n_supports=total,
          one_class=one_class, **attributes)
    check('SVMClassifier', [x], 'yz', coefficients=listed(floats(seed + 2, [classes - 1, total])),
          rho=listed(floats(seed + 3, [classes * (classes - 1) // 2])), vectors_per_class=counts,
          classlabels_strings=WORDS[:classes], post_transform=transform, rtol=1e-3, **attributes)


@examples(8)
@given(data=st.data(), seed=seeds, transform=transforms)
def test_probabilities_of_support_vector_machines(data, seed, transform):
    classes = data.draw(st.integers(2, 5))
    counts = [data.draw(st.integers(1, 3)) for _ in range(classes)]
    total, pairs = sum(counts), classes * (classes - 1) // 2
    check('SVMClassifier', [floats(seed, [4, 3])], 'yz', kernel_type='RBF', kernel_params=[0.3, 0.0, 3.0],
          support_vectors=listed(floats(seed + 1, [total, 3])), vectors_per_class=counts,
          coefficients=listed(floats(seed + 2, [classes - 1, total])), rho=listed(floats(seed + 3, [pairs])),
          prob_a=listed(-np.abs(floats(seed + 4, [pairs]))), prob_b=listed(floats(seed + 5, [pairs])),
          classlabels_strings=WORDS[:classes], post_transform=transform, rtol=1e-3)


# Trees


def forest(rng: np.random.Generator, features: int, modes: list[str]) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """The nodes_ attributes of a few random trees, and their leaves."""
    rows: list[tuple[Any, ...]] = []
    for tree in range(rng.integers(1, 5)):
        depths = [0]
        for node in range(63):
            if node == len(depths):
                break
            is_leaf = depths[node] == 4 or node > 0 and rng.random() < 0.2
            children = (0, 0) if is_leaf else (len(depths), len(depths) + 1)
            depths.extend([] if is_leaf else [depths[node] + 1] * 2)
            rows.append((tree, node, int(rng.integers(features)), round(rng.standard_normal(), 1),
                         'LEAF' if is_leaf else str(rng.choice(modes)), *children, int(rng.integers(2))))
    names = ['treeids', 'nodeids', 'featureids', 'values', 'modes', 'truenodeids', 'falsenodeids',
             'missing_value_tracks_true']
    nodes = {f'nodes_{name}': list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return nodes, [(row[0], row[1]) for row in rows if row[4] == 'LEAF']


def weights(rng: np.random.Generator, leaves: list[tuple[int, int]], targets: list[int], prefix: str) -> dict[str, Any]:
    """A weight of each leaf for each of the targets."""
    rows = [(tree, node, target) for tree, node in leaves for target in targets]
    columns = zip(['treeids', 'nodeids', 'ids'], zip(*rows, strict=True), strict=True)
    return {**{f'{prefix}_{name}': list(column) for name, column in columns},
            f'{prefix}_weights': listed(rng.standard_normal(len(rows)).astype(np.float32))}


def rows_for_trees(rng: np.random.Generator, features: int) -> np.ndarray:
    """Rows that meet the values of nodes exactly now and then, and lack some."""
    x = np.round(rng.standard_normal((6, features)), 1).astype(np.float32)
    x[rng.random(x.shape) < 0.1] = np.nan
    return x


@examples(20)
@given(seed=seeds, targets=st.integers(1, 3), transform=transforms,
       aggregate=st.sampled_from(['SUM', 'AVERAGE', 'MIN', 'MAX']), modes=st.sampled_from([BRANCHES[:1], BRANCHES]))
def test_tree_regressor(seed, targets, transform, aggregate, modes):
    rng = np.random.default_rng(seed)
    nodes, leaves = forest(rng, 3, modes)
    x = rows_for_trees(rng, 3)
    attributes = {**nodes, **weights(rng, leaves, list(range(targets)), 'target'), 'n_targets': targets,
                  'aggregate_function': aggregate, 'post_transform': transform}
    check('TreeEnsembleRegressor', [x], base_values=[0.5] * targets, **attributes)
    # Leaves without a weight for some of the targets.
    some = weights(rng, leaves[::2], [0], 'target')
    for key, values in weights(rng, leaves[1::2], [targets - 1], 'target').items():
        some[key].extend(values)
    check('TreeEnsembleRegressor', [x], **{**attributes, **some})


@examples(20)
@given(data=st.data(), seed=seeds, transform=transforms, is_positive=st.booleans())
def test_tree_classifier(data, seed, transform, is_positive):
    rng = np.random.default_rng(seed)
    classes = data.draw(st.sampled_from([2, 3, 5]))
    nodes, leaves = forest(rng, 3, BRANCHES[:1])
    attributes = {**nodes, **weights(rng, leaves, [0] if classes == 2 else list(range(classes)), 'class')}
    if is_positive:
        attributes['class_weights'] = [abs(weight) for weight in attributes['class_weights']]
    base = data.draw(st.sampled_from([None, [0.25] if classes == 2 else [0.25] * classes]))
    check('TreeEnsembleClassifier', [rows_for_trees(rng, 3)], 'yz', classlabels_strings=WORDS[:classes],
          post_transform=transform, **attributes, **({} if base is None else {'base_values': base}))


@examples(16)
@given(seed=seeds, trees=st.integers(1, 3), dtype=st.sampled_from([np.float32, np.float64]),
       aggregate=st.integers(0, 3), transform=st.sampled_from([0, 3]))
def test_tree_ensemble(seed, trees, dtype, aggregate, transform):
    """Of a root, two more nodes and four leaves each; some nodes test for membership of a set. Of the transforms
    onnxruntime 1.32.0 takes SOFTMAX and LOGISTIC for each other."""
    rng = np.random.default_rng(seed)
    count = 3 * trees
    modes = rng.integers(0, 7, count).astype(np.uint8)
    sets = [np.append(rng.choice(5, rng.integers(1, 4), replace=False), np.nan) for mode in modes if mode == 6]
    arrays = {'nodes_modes': modes, 'nodes_splits': rng.integers(0, 5, count).astype(dtype),
              'leaf_weights': rng.standard_normal(4 * trees).astype(dtype),
              'membership_values': np.concatenate([*sets, []]).astype(dtype)}
    yes, no = [], []
    for tree in range(trees):
        yes.extend([3 * tree + 1, 4 * tree, 4 * tree + 2])
        no.extend([3 * tree + 2, 4 * tree + 1, 4 * tree + 3])
    leaves = [0, 1, 1] * trees
    x = rng.integers(0, 5, [6, 3]).astype(dtype)
    x[0, 0] = np.nan
    check('TreeEnsemble', [x], ml=5, aggregate_function=aggregate, post_transform=transform, n_targets=2,
          tree_roots=[3 * tree for tree in range(trees)], nodes_featureids=[int(i) for i in rng.integers(0, 3, count)],
          nodes_truenodeids=yes, nodes_trueleafs=leaves, nodes_falsenodeids=no, nodes_falseleafs=leaves,
          nodes_missing_value_tracks_true=[int(i) for i in rng.integers(0, 2, count)],
          leaf_targetids=[leaf % 2 for leaf in range(4 * trees)],
          **{name: numpy_helper.from_array(array) for name, array in arrays.items()
             if name != 'membership_values' or sets})


def test_trees_of_doubles():
    rng = np.random.default_rng(8)
    nodes, leaves = forest(rng, 3, BRANCHES[:1])
    attributes = {**nodes, **weights(rng, leaves, [0], 'target'), 'n_targets': 1}
    x = rows_for_trees(rng, 3).astype(np.float64)
    check('TreeEnsembleRegressor', [x], **attributes)
    for name in ['nodes_values', 'target_weights']:
        attributes[f'{name}_as_tensor'] = numpy_helper.from_array(np.array(attributes.pop(name)) + 1e-9)
    check('TreeEnsembleRegressor', [x], **attributes)


@pytest.mark.parametrize('change', [{'nodes_truenodeids': [0, 0, 0]}, {'nodes_truenodeids': [7, 0, 0]},
                                    {'nodes_modes': ['LIKE', 'LEAF', 'LEAF']}, {'target_ids': [0, 3]},
                                    {'post_transform': 'TANH'}, {'nodes_values': [0.5]}])
def test_damaged_trees_are_refused(change):
    attributes = {'nodes_treeids': [0, 0, 0], 'nodes_nodeids': [0, 1, 2], 'nodes_featureids': [0, 0, 0],
                  'nodes_values': [0.5, 0.0, 0.0], 'nodes_modes': ['BRANCH_LEQ', 'LEAF', 'LEAF'],
                  'nodes_truenodeids': [1, 0, 0], 'nodes_falsenodeids': [2, 0, 0], 'target_treeids': [0, 0],
                  'target_nodeids': [1, 2], 'target_ids': [0, 0], 'target_weights': [1.0, 2.0], 'n_targets': 1}
    info = helper.make_tensor_value_info('x', FLOAT, [2, 1])
    outputs = [ValueInfoProto(name='y')]
    alula.InferenceSession.create_sync(one_node('TreeEnsembleRegressor', [info], outputs, 3, 18, **attributes))
    with pytest.raises(alula.AttributeValueError):
        alula.InferenceSession.create_sync(
            one_node('TreeEnsembleRegressor', [info], outputs, 3, 18, **{**attributes, **change}))


# Maps


def check_map(op: str, value: Any, kind: Any, result: Any, **attributes: Any) -> None:
    """Assert that every backend makes of a value, which may be a map, what onnxruntime does."""
    output = ValueInfoProto(name='y') if result is None else helper.make_value_info('y', result)
    model = one_node(op, [helper.make_value_info('x', kind)], [output], 3, 18, **attributes)
    wanted = oracle.expected(model, {'x': value})['y']
    for backend in BACKENDS:
        session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
        found = session.run_sync({'x': value})['y']
        assert (found if isinstance(found, list) else found.tolist()) == (
            wanted if isinstance(wanted, list) else wanted.tolist())


def map_of(key: int, value: int) -> Any:
    return helper.make_map_type_proto(key, helper.make_tensor_type_proto(value, []))


def test_maps():
    scores = np.array([[0.5, 0.25], [1.0, 0.0]], np.float32)
    kind = helper.make_tensor_type_proto(FLOAT, [None, 2])
    check_map('ZipMap', scores, kind, helper.make_sequence_type_proto(map_of(STRING, FLOAT)),
              classlabels_strings=['a', 'b'])
    check_map('ZipMap', scores, kind, helper.make_sequence_type_proto(map_of(INT64, FLOAT)), classlabels_int64s=[7, 3])
    check_map('DictVectorizer', {'a': 1.5, 'c': 2.0}, map_of(STRING, FLOAT), None, string_vocabulary=['c', 'b', 'a'])
    for form in ['DENSE', 'SPARSE']:
        for target in ['TO_FLOAT', 'TO_INT64']:
            check_map('CastMap', {4: 1.5, 1: 2.0}, map_of(INT64, FLOAT), None, cast_to=target, map_form=form, max_map=6)


def test_a_feed_that_is_no_map_is_refused():
    model = one_node('DictVectorizer', [helper.make_value_info('x', map_of(STRING, FLOAT))],
                     [ValueInfoProto(name='y')], 3, 18, string_vocabulary=['a'])
    session = alula.InferenceSession.create_sync(model)
    for value in [np.zeros(2, np.float32), {'a': 'text'}, None]:
        with pytest.raises(alula.InputError):
            session.run_sync({'x': value})
