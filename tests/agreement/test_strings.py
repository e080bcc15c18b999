"""Texts agree with onnxruntime on every backend that CPython has: moved, compared, cast, taken apart."""

import alula
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, ValueInfoProto, helper

from tests.agreement.nodes import FLOAT, INT64, STRING, check, listed, one_node, texts
from tests.agreement.operators import BACKENDS
from tests.agreement.test_operators import examples, floats, seeds


def test_texts_move_and_compare():
    x, y = texts('a', 'bb', 'a', '').reshape(2, 2), texts('a', 'c')
    check('Equal', [x, y], ml=0, opset=19)
    # Of longer rows onnxruntime 1.32.0 gathers the first text alone.
    check('Gather', [y, np.array([1, 0, 1])], ml=0)
    check('Gather', [x[:, :1].copy(), np.array([1, 0, 1])], ml=0)
    check('GatherElements', [x, np.array([[1, 0]])], ml=0)
    check('Concat', [x, x], ml=0, axis=1)
    check('Transpose', [x], ml=0)
    check('Where', [np.array([[True, False], [False, True]]), x, y], ml=0)
    check('Identity', [x], ml=0)
    check('Reshape', [x, np.array([4, 1])], ml=0)
    check('Tile', [y, np.array([3])], ml=0)
    check('Expand', [y, np.array([2, 2])], ml=0)
    check('Slice', [x, np.array([0]), np.array([1])], ml=0)
    check('ScatterElements', [x, np.array([[1]]), texts('n').reshape(1, 1)], ml=0)
    check('Compress', [y, np.array([False, True])], ml=0)
    check('Unique', [texts('b', 'a', 'b')], 'yijc', ml=0)
    check('Shape', [x], ml=0)


@pytest.mark.parametrize('backend', BACKENDS)
def test_a_text_that_planning_asks_for(backend):
    """Which onnxruntime doesn't: it pads no texts."""
    infos = [helper.make_tensor_value_info('x', STRING, [2]), helper.make_tensor_value_info('pads', INT64, [2]),
             helper.make_tensor_value_info('value', STRING, [])]
    model = one_node('Pad', infos, [ValueInfoProto(name='y')], 0, 18)
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    for text in ['a', '', 'new', 'a']:
        found = session.run_sync({'x': texts('a', 'b'), 'pads': np.array([1, 2]), 'value': np.array(text, object)})
        assert found['y'].tolist() == [text, 'a', 'b', text, text]


def test_texts_are_cast():
    numbers = texts('1.5', '-2', '1e3', '.5', 'INF', '-inf', 'NaN', '0')
    for code in [FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16]:
        check('Cast', [numbers], ml=0, to=code)
    check('Cast', [texts('12', '-7')], ml=0, to=INT64)
    values = np.array([1.5, 1, 0, 1e-7, 1e20, np.pi, -0.0, np.nan, np.inf, -np.inf, 16777217, 0.1, 123456789])
    check('Cast', [values], ml=0, to=STRING)
    check('Cast', [values.astype(np.float32)], ml=0, to=STRING)
    check('Cast', [np.array([-5, 2**40])], ml=0, to=STRING)
    check('CastLike', [np.array([True, False]), texts('')], ml=0)
    info = helper.make_tensor_value_info('x', STRING, [1])
    for text, code in [('x', FLOAT), ('1_0', FLOAT), ('', INT64), ('1.5', INT64), ('300', TensorProto.UINT8)]:
        session = alula.InferenceSession.create_sync(
            one_node('Cast', [info], [ValueInfoProto(name='y')], 0, 18, to=code))
        with pytest.raises(alula.ValueCheckError):
            session.run_sync({'x': texts(text)})


def test_stop_words():
    """Without a locale of the machine onnxruntime has no other case, and case-sensitive stop words alone."""
    check('StringNormalizer', [texts('a', 'b', 'A', 'c c')], ml=0, is_case_sensitive=1, stopwords=['a', 'x'])
    check('StringNormalizer', [texts('a')], ml=0, is_case_sensitive=1, stopwords=['a'])


@examples(12)
@given(data=st.data(), x=st.lists(st.sampled_from([' a  b', 'a,b,,c', ',', 'xabyabab', 'é é']), min_size=1),
       delimiter=st.sampled_from(['', ' ', ',', 'ab']))
def test_split_and_concat(data, x, delimiter):
    most = data.draw(st.sampled_from([None, 1, 2]))
    options = {} if most is None else {'maxsplit': most}
    # Of white space alone, and of commas at the end, onnxruntime makes something else than ONNX's reference.
    x = [text for text in x if text != ',']
    if x:
        check('StringSplit', [texts(*x)], 'yn', ml=0, opset=20, delimiter=delimiter, **options)
        check('StringConcat', [texts(*x).reshape(-1, 1), texts('1', '2')], ml=0, opset=20)


PATTERNS = ['a+b', '(?P<name>a|b)*', '[]a]+', '[^]a-c-]x', 'a{2,3}?', 'a{,3}', r'\d\W[\d\s]', 'x$', '^a', r'\x41\.',
            'a.b', '(|a)b', '()*', 'é[é-ü]', r'\bab\b', 'a/b-c', '&&[&&a]', r'a\z',
            r'(\W|^)[\w.\-]{0,25}@(yahoo|gmail)\.com(\W|$)']


@pytest.mark.parametrize('pattern', PATTERNS)
def test_patterns(pattern):
    samples = ['aab', 'ab', 'abab', ']a', 'dx', ']x', 'aa', 'aaaa', 'a{,3}', '1 2', '1- ', 'x', 'a', 'A.', 'a\nb',
               'a😀b', 'b', '', 'éü', 'a/b-c', '&&&', '&&a', 'account@gmail.com', 'not email', 'x\n']
    check('RegexFullMatch', [texts(*samples)], ml=0, opset=20, pattern=pattern)


@pytest.mark.parametrize('pattern', [r'\pL', 'a**', '(?i)a', '(?=a)', '[[:alpha:]]', r'\Qa', 'a\\', '[a', '{2}',
                                     'a{2}{3}', 'a|*', '(*)', ')', '(a', r'[\b]', r'\1', '(?<=a)b'])
def test_patterns_beyond_the_common_language_are_refused(pattern):
    info = helper.make_tensor_value_info('x', STRING, [1])
    model = one_node('RegexFullMatch', [info], [ValueInfoProto(name='y')], 0, 20, pattern=pattern)
    session = alula.InferenceSession.create_sync(model)
    with pytest.raises(alula.AttributeValueError):
        session.run_sync({'x': texts('a')})


@examples(16)
@given(data=st.data(), seed=seeds, mode=st.sampled_from(['TF', 'IDF', 'TFIDF']))
def test_n_grams(data, seed, mode):
    rng = np.random.default_rng(seed)
    shortest = data.draw(st.integers(1, 2))
    attributes = {'mode': mode, 'min_gram_length': shortest, 'max_gram_length': data.draw(st.integers(shortest, 3)),
                  'max_skip_count': data.draw(st.integers(0, 3)), 'ngram_counts': [0, 3, 7],
                  'ngram_indexes': [6, 1, 0, 3, 2, 5, 4], 'weights': listed(floats(seed, [7]))}
    pool = [1, 2, 3, 1, 2, 2, 1, 1, 2, 3, 3, 2, 1]
    x = rng.integers(0, 4, data.draw(st.sampled_from([[6], [1, 6], [3, 5]])))
    check('TfIdfVectorizer', [x], ml=0, pool_int64s=pool, **attributes)
    names = np.array(['', 'a', 'b', 'é'], object)
    check('TfIdfVectorizer', [names[x]], ml=0, pool_strings=[str(names[i]) for i in pool], **attributes)
