"""Pooling, normalisation and likeness of embeddings."""

import math

from alula.decode.embeddings import first_of_each, mean_pooled, mean_row, normalized, similarity, stacked_rows
from alula.errors import TensorError
from alula.host.arrays import array_from_list
from alula.tensor import Tensor, wrapped
from alula_checks import eq, near, raises


def tensor(values, dims):
    return wrapped('float32', array_from_list('float32', values), dims)


def test_the_mean_leaves_padding_out():
    states = tensor([1, 2, 3, 4, 50, 60, 7, 8, 90, 10, 11, 12], [2, 3, 2])
    pooled = mean_pooled(states, array_from_list('int64', [1, 1, 0, 1, 0, 1]))
    eq(pooled.dims, [2, 2])
    eq(pooled.array, [2, 3, 9, 10])


def test_a_text_without_tokens_is_zeros():
    eq(mean_pooled(tensor([1, 2], [1, 1, 2]), array_from_list('int64', [0])).array, [0, 0])


def test_the_first_token_of_each_text():
    eq(first_of_each(tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])).array, [1, 2, 5, 6])


def test_rows_of_length_one():
    near(normalized(tensor([3, 4, 0, 0, -2, 0], [3, 2])).array, [0.6, 0.8, 0, 0, -1, 0])


def test_likeness_is_the_cosine():
    found = similarity(tensor([1, 0, 1, 1], [2, 2]), tensor([2, 0, 0, 3, -1, 0], [3, 2]))
    eq(found.dims, [2, 3])
    near(found.array, [1, 0, -1, math.sqrt(0.5), math.sqrt(0.5), -math.sqrt(0.5)])


def test_rows_of_other_lengths_cannot_be_compared():
    raises(TensorError, lambda: similarity(tensor([1, 0], [1, 2]), tensor([1, 0, 0], [1, 3])))
    raises(TensorError, lambda: similarity(tensor([1, 0], [2]), tensor([1, 0], [1, 2])))
    raises(TensorError, lambda: similarity(Tensor('int32', [1, 0], [1, 2]), tensor([1, 0], [1, 2])))


def test_rows_stacked_and_their_mean():
    rows = stacked_rows([tensor([1, 2], [1, 2]), tensor([3, 6], [1, 2])])
    eq(rows.dims, [2, 2])
    eq(mean_row(rows).array, [2, 4])
