"""Post-processing on both hosts: scores, boxes, heatmaps."""

import math

from alula.boxes import Candidate, overlap, suppressed
from alula.decode.boxes import candidates
from alula.decode.heatmaps import peak
from alula.decode.labels import checked_labels
from alula.decode.scores import activated, checked_output, missing_activation, top
from alula.errors import OutputError, SettingError
from alula.host.arrays import array_from_list, typed
from alula.host.pixels import greatest, greatest_rows, has_nan
from alula.model.onnx_reader import read_model
from alula.tensor import Tensor
from alula_checks import eq, near, raises
from onnx_bytes import graph, model, node, value


def floats(values):
    return array_from_list('float32', values)


def test_activations():
    near(activated([1, 2, 3], 'softmax'), [0.09003057, 0.24472847, 0.66524096])
    near(activated([1000, 1000, -1000], 'softmax'), [0.5, 0.5, 0])
    near(activated([0, 800, -800, math.log(3)], 'sigmoid'), [0.5, 1, 0, 0.75])
    eq(activated([5, -1], 'none'), [5, -1])
    eq(raises(SettingError, lambda: activated([1], 'relu')).setting, 'activation')


def test_the_best_come_first_and_equals_in_order():
    eq(top([0.1, 0.5, 0.2, 0.5], 3), [1, 3, 2])
    eq(top([0.1, 0.5], 5), [1, 0])
    eq(top([], 5), [])


def ending_in(ops):
    """Nodes of these operators, one after the other."""
    nodes = [node(op, [f'v{i}'], [f'v{i + 1}'], []) for i, op in enumerate(ops)]
    last = f'v{len(ops)}'
    return read_model(model(graph(nodes, [value('v0', 1, [1, 4])], [value(last, 1, [1, 4])], []), [])).graph


def test_a_model_tells_whether_it_gives_logits():
    for ops, activation in [
        [['Relu'], 'softmax'],
        [['Softmax'], 'none'],
        [['Sigmoid'], 'none'],
        [['Softmax', 'Flatten', 'Identity'], 'none'],
        [['Softmax', 'Relu'], 'softmax'],
        [['Identity'], 'softmax'],
    ]:
        eq(missing_activation(ending_in(ops)), activation)


def refused(tensor):
    error = raises(OutputError, lambda: checked_output(tensor, 'y', 2, 'n,classes'))
    eq([error.code, error.output_name], ['OUTPUT', 'y'])


def test_outputs_that_no_task_reads():
    checked_output(Tensor('float32', floats([0, 1]), [1, 2]), 'y', 2, 'n,classes')
    refused(Tensor('float32', floats([0, 1]), [2]))
    refused(Tensor('float32', floats([0, math.nan]), [1, 2]))
    refused(Tensor('int32', array_from_list('int32', [0, 1]), [1, 2]))
    eq(has_nan(floats([])), False)


def test_labels():
    eq(checked_labels('labels', None, 2), ['0', '1'])
    eq(checked_labels('labels', ['a', 'b'], 2), ['a', 'b'])
    eq(raises(SettingError, lambda: checked_labels('labels', ['a'], 2)).setting, 'labels')


def test_greatest():
    values = floats([9, 1, 5, 3, 5, -1, 7, 7])
    eq([greatest(values, 1, 6), greatest(values, 5, 8), greatest(values, 0, 1)], [2, 6, 0])
    eq(greatest_rows(values, 1, 2, 2), [1, 0])
    eq(greatest_rows(values, 0, 2, 4), [0, 0, 1, 1])


def test_candidates_in_the_layout_of_yolov8():
    # 3 anchors, 2 classes
    rows = [
        10, 20, 30,
        5, 6, 7,
        4, 8, 2,
        2, 2, 2,
        0.9, 0.1, 0.3,
        0.2, 0.2, 0.6,
    ]  # fmt: skip
    found = candidates(floats([-1, *rows]), 1, 2, 3, 0.25)
    eq([[box.label, box.left, box.top, box.right, box.bottom] for box in found],
       [[0, 8, 4, 12, 6], [1, 29, 6, 31, 8]])  # fmt: skip
    near([box.score for box in found], [0.9, 0.6])


def test_suppression():
    def boxes():
        return [
            Candidate(0, 0.5, 0, 0, 10, 10),
            Candidate(0, 0.9, 1, 0, 11, 10),
            Candidate(1, 0.8, 0, 0, 10, 10),
            Candidate(0, 0.4, 20, 0, 30, 10),
        ]

    def scores(iou, agnostic, most):
        return [box.score for box in suppressed(boxes(), iou, agnostic, most)]

    near(overlap(boxes()[0], boxes()[1]), 9 / 11)
    eq(overlap(boxes()[0], boxes()[3]), 0)
    eq(scores(0.5, False, 300), [0.9, 0.8, 0.4])
    eq(scores(0.5, True, 300), [0.9, 0.4])
    eq(scores(0.9, False, 300), [0.9, 0.8, 0.5, 0.4])
    eq(scores(0.9, False, 2), [0.9, 0.8])
    eq(suppressed([], 0.5, False, 300), [])


def test_peaks_of_gaussians_are_found_between_cells():
    width, height = 9, 7
    for x, y in [(4.5, 3.5), (4.3, 3.1), (2.0, 5.01), (6.99, 1.6)]:
        values = typed('float32', 3 + width * height)
        for row in range(height):
            for column in range(width):
                square = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2
                values[3 + row * width + column] = 0.8 * math.exp(-square / 4.5)
        found = peak(values, 3, width, height)
        near([found.x, found.y], [x, y], abs=1e-4)
        eq(0.7 < found.score <= 0.8001, True)


def test_peaks_at_the_border_and_without_shape():
    found = peak(floats([3, 1, 0, 0, 0, 0]), 0, 3, 2)
    eq([found.x, found.y, found.score], [0.5, 0.5, 3])
    flat = peak(typed('float32', 9), 0, 3, 3)
    eq([flat.x, flat.y], [0.5, 0.5])
    spike = peak(floats([0, 0, 0, 0, 1, 0.9, 0, 0, 0]), 0, 3, 3)
    eq(spike.y, 1.5)
    eq(1.5 < spike.x <= 2, True)
