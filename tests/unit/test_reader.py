"""The reader against the `onnx` package: its message definitions, and the models of its tests, field by field."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from alula import dtypes
from alula.dtypes import bits_of, storage_of
from alula.graph.constant import Constant
from alula.graph.graph import Graph, LocalFunction, Node, Reference, ValueInfo, function_key
from alula.graph.prepare import prepare
from alula.host.table import Table
from alula.model.onnx_reader import MESSAGES, read_model
from alula.model.protobuf import Field
from alula.model.tensor_reader import DATA_FIELD_OF, DATA_FIELDS
from onnx import AttributeProto, TensorProto, numpy_helper
from onnx.backend.test.loader import load_model_tests

# Name and ONNX code of each element type.
ROWS = [(row.label, code) for code, row in enumerate(dtypes.ROWS, 1)]
LIGHT = sorted((Path(onnx.__file__).parent / 'backend' / 'test' / 'data' / 'light').glob('*.onnx'))
EXPORTED = sorted((Path(__file__).parents[1] / 'models').glob('*.onnx'))


@cache
def node_models() -> dict[str, onnx.ModelProto]:
    """The models of all operator tests, made in memory by the `onnx` package."""
    cases = load_model_tests(kind='node')
    return {case.name: case.model or onnx.load(Path(case.model_dir) / 'model.onnx') for case in cases}


FIELDS = {name: [Field(row, 0) for row in rows.split(', ')] for name, _, rows in MESSAGES}


def message_type(name: str) -> Any:
    found: Any = onnx
    for part in name.split('.'):
        found = getattr(found, part)
    return found.DESCRIPTOR


def field_name(message: str, field: Field) -> str:
    name: str = message_type(message).fields_by_number[field.number].name
    return name


@pytest.mark.parametrize('name', FIELDS)
def test_schema_is_that_of_onnx(name: str) -> None:
    """Wire type and repetition of every field that the reader knows; name and kind of those that hold messages."""
    wire = {'int': 0, 'enum': 0, 'float': 5, 'double': 1, 'text': 2, 'message': 2}
    fields = message_type(name).fields_by_number
    for known in FIELDS[name]:
        field = fields[known.number]
        cpp = {
            field.CPPTYPE_INT32: 'int',
            field.CPPTYPE_INT64: 'int',
            field.CPPTYPE_UINT64: 'int',
            field.CPPTYPE_ENUM: 'enum',
            field.CPPTYPE_FLOAT: 'float',
            field.CPPTYPE_DOUBLE: 'double',
            field.CPPTYPE_STRING: 'text',
            field.CPPTYPE_MESSAGE: 'message',
        }[field.cpp_type]
        assert (wire[cpp], field.is_repeated) == (known.wire, known.repeated)
        if cpp == 'message' and known.kind != 'bytes':  # one of which only matters that it is there
            assert known.label == field.name
            assert message_type(known.kind).full_name == field.message_type.full_name


def test_tables_are_those_of_onnx() -> None:
    values = [field_name('AttributeProto', field) for field in FIELDS['AttributeProto']][1:15]
    longer = {'f': 'float', 'i': 'int', 's': 'string', 't': 'tensor', 'g': 'graph', 'tp': 'type_proto'}
    types = AttributeProto.AttributeType
    assert [types.Value(longer.get(label, label).upper()) for label in values] == list(range(1, 15))
    assert sorted(types.values()) == list(range(15))
    typed = [field_name('TensorProto', field) for field in FIELDS['TensorProto'] if '-data' in field.kind]
    assert typed == DATA_FIELDS
    names = {'float32': 'FLOAT', 'float64': 'DOUBLE'}
    for name, code, *_ in ROWS:
        assert TensorProto.DataType.Name(code) == names.get(name, name.upper())
        assert onnx.helper.tensor_dtype_to_field(code) == (
            'string_data' if name == 'string' else DATA_FIELDS[DATA_FIELD_OF.get(storage_of(name), 4)]
        )
    assert len(ROWS) == len(TensorProto.DataType.items()) - 1


def check_constant(constant: Constant, proto: TensorProto) -> None:
    assert constant.shape == list(proto.dims)
    assert constant.dtype == next(row[0] for row in ROWS if row[1] == proto.data_type)
    if proto.data_location == TensorProto.EXTERNAL:
        place = constant.external
        entries = {entry.key: entry.value for entry in proto.external_data}
        assert place is not None
        assert place == [entries['location'], int(entries.get('offset', 0)), int(entries.get('length', -1))]
        return
    expected = numpy_helper.to_array(proto)
    values = constant.values()
    if proto.data_type == TensorProto.STRING:
        assert values == [item.decode() if isinstance(item, bytes) else item for item in expected.reshape(-1)]
        return
    if bits_of(constant.dtype) < 8 and constant.dtype.startswith(('int', 'uint')):
        assert values.tolist() == expected.astype(np.int8).reshape(-1).tolist()
    else:
        assert bytes(values) == expected.tobytes()
    if constant.data is not None:
        raw = TensorProto(data_type=proto.data_type, dims=proto.dims, raw_data=bytes(constant.data))
        assert numpy_helper.to_array(raw).tobytes() == expected.tobytes()


def check_type(info: ValueInfo, proto: onnx.TypeProto) -> None:
    which = proto.WhichOneof('value')
    if which is None:
        assert (info.kind, info.dtype, info.shape) == ('', '', None)
        return
    assert info.kind == which.removesuffix('_type')
    held = getattr(proto, which)
    if info.kind in ('tensor', 'sparse_tensor'):
        assert info.dtype == next((row[0] for row in ROWS if row[1] == held.elem_type), '')
        dims = [getattr(dim, dim.WhichOneof('value') or '', None) or None for dim in held.shape.dim]
        dims = [
            0 if dim.WhichOneof('value') == 'dim_value' and dim.dim_value == 0 else size
            for dim, size in zip(held.shape.dim, dims)
        ]
        assert info.shape == (dims if held.HasField('shape') else None)
    elif info.kind == 'map':
        check_innermost(info, held.value_type)
    elif info.kind in ('sequence', 'optional'):
        check_innermost(info, held.elem_type)


def check_innermost(info: ValueInfo, proto: onnx.TypeProto) -> None:
    """The container says of its innermost tensor what that says of itself."""
    kind = proto.WhichOneof('value') or ''
    check_type(ValueInfo(info.name, info.dtype, info.shape, kind.removesuffix('_type')), proto)


def check_infos(infos: list[ValueInfo], protos: Any) -> None:
    assert [info.name for info in infos] == [proto.name for proto in protos]
    for info, proto in zip(infos, protos):
        check_type(info, proto.type)


def check_attribute(kind: str, value: Any, expected: Any) -> None:
    """`kind`: AttributeType in lower case."""
    if kind in ('float', 'int', 'ints', 'floats'):
        assert value == (list(expected) if kind.endswith('s') else expected)
    elif kind == 'string':
        assert value == expected.decode()
    elif kind == 'tensor':
        check_constant(value, expected)
    elif kind == 'graph':
        check_graph(value, expected)
    elif kind == 'type_proto':
        check_type(value, expected)
    elif kind == 'sparse_tensor':
        check_sparse(value, expected)
    else:
        assert len(value) == len(expected)
        for item, proto in zip(value, expected):
            check_attribute(kind[:-1], item, proto)


def check_sparse(constant: Constant, proto: onnx.SparseTensorProto) -> None:
    dense = np.zeros(list(proto.dims), numpy_helper.to_array(proto.values).dtype)
    indices = numpy_helper.to_array(proto.indices)
    if indices.ndim == 1:
        dense.reshape(-1)[indices] = numpy_helper.to_array(proto.values)
    else:
        dense[tuple(indices.T)] = numpy_helper.to_array(proto.values)
    assert constant.shape == list(proto.dims)
    assert bytes(constant.values()) == dense.tobytes()


def check_nodes(nodes: list[Node], protos: Any) -> None:
    assert len(nodes) == len(protos)
    for node, proto in zip(nodes, protos):
        assert (node.op_type, node.domain, node.name) == (proto.op_type, own(proto.domain), proto.name)
        assert (node.inputs, node.outputs, node.overload) == (list(proto.input), list(proto.output), proto.overload)
        assert node.attributes.keys_list() == [attribute.name for attribute in proto.attribute]
        for attribute in proto.attribute:
            found = node.attributes.at(attribute.name)
            if attribute.ref_attr_name:
                assert isinstance(found, Reference) and found.name == attribute.ref_attr_name
            else:
                kind = AttributeProto.AttributeType.Name(attribute.type).lower()
                check_attribute(kind, found, onnx.helper.get_attribute_value(attribute))


def own(domain: str) -> str:
    return '' if domain == 'ai.onnx' else domain


def check_graph(graph: Graph, proto: onnx.GraphProto) -> None:
    assert graph.name == proto.name
    check_nodes(graph.nodes, proto.node)
    check_infos(graph.inputs, proto.input)
    check_infos(graph.outputs, proto.output)
    sparse = list(proto.sparse_initializer)
    assert graph.initializers.keys_list() == [t.name for t in proto.initializer] + [t.values.name for t in sparse]
    for tensor in proto.initializer:
        check_constant(graph.initializers.at(tensor.name), tensor)
    for tensor in sparse:
        check_sparse(graph.initializers.at(tensor.values.name), tensor)


def check_opsets(opsets: Table[str, int], imports: Any) -> None:
    assert opsets.entries == {own(opset.domain): opset.version for opset in imports}


def check_function(local: LocalFunction, proto: onnx.FunctionProto) -> None:
    assert local.name == proto.name
    assert local.key == function_key(own(proto.domain), proto.name, proto.overload)
    assert (local.inputs, local.outputs) == (list(proto.input), list(proto.output))
    assert local.defaults.keys_list() == [attribute.name for attribute in proto.attribute_proto]
    check_nodes(local.nodes, proto.node)
    check_opsets(local.opsets, proto.opset_import)


def check_model(proto: onnx.ModelProto, data: bytes) -> None:
    model = read_model(data)
    assert model.ir_version == proto.ir_version
    assert model.producer == f'{proto.producer_name} {proto.producer_version}'.strip()
    assert model.metadata.entries == {entry.key: entry.value for entry in proto.metadata_props}
    check_opsets(model.opsets, proto.opset_import)
    check_graph(model.graph, proto.graph)
    assert len(model.functions) == len(proto.functions)
    for local, function_proto in zip(model.functions, proto.functions):
        check_function(local, function_proto)
    prepare(model)


@pytest.mark.filterwarnings('ignore::RuntimeWarning')  # from the expected outputs that come with the models
def test_models_of_the_operator_tests() -> None:
    models = node_models()
    assert len(models) > 1500
    for name, proto in models.items():
        try:
            check_model(proto, proto.SerializeToString())
        except BaseException as error:
            error.add_note(f'in the model of {name}')
            raise


@pytest.mark.parametrize('path', LIGHT + EXPORTED, ids=lambda path: path.stem)
def test_whole_models(path: Path) -> None:
    data = path.read_bytes()
    check_model(onnx.load_from_string(data), data)


@pytest.mark.parametrize('raw', [True, False], ids=['raw', 'typed'])
@pytest.mark.parametrize('dtype', [row[0] for row in ROWS if row[0] != 'string'])
def test_every_element_type_in_both_encodings(dtype: str, raw: bool) -> None:
    code = next(row[1] for row in ROWS if row[0] == dtype)
    kind = onnx.helper.tensor_dtype_to_np_dtype(code)
    values = np.random.default_rng(0).integers(0, 2, (3, 5)).astype(np.float32).astype(kind)
    if dtype in ('int4', 'int8', 'int16', 'int32', 'int64', 'int2'):
        values = -values
    tensor = onnx.helper.make_tensor('w', code, [3, 5], values if raw else values.reshape(-1), raw=raw)
    graph = onnx.helper.make_graph([], 'g', [], [onnx.helper.make_tensor_value_info('w', code, [3, 5])], [tensor])
    proto = onnx.helper.make_model(graph)
    check_model(proto, proto.SerializeToString())


def test_functions_of_every_operator_that_has_one() -> None:
    """Models whose one node is replaced by onnx's own function body, kept as a model-local function."""
    for schema in onnx.defs.get_all_schemas():
        if not schema.has_function:
            continue
        body = schema.function_body
        body.domain = 'local'
        node = onnx.helper.make_node(schema.name, list(body.input), list(body.output), domain='local')
        infos = [
            [onnx.helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names]
            for names in (body.input, body.output)
        ]
        graph = onnx.helper.make_graph([node], 'g', *infos)
        imports = [onnx.helper.make_opsetid('local', 1), onnx.helper.make_opsetid('', 25)]
        proto = onnx.helper.make_model(graph, functions=[body], opset_imports=imports)
        data = proto.SerializeToString()
        check_model(proto, data)
        model = read_model(data)
        prepare(model)
        assert all(node.domain == '' for node in model.graph.nodes)
        assert {name for node in model.graph.nodes for name in node.outputs} >= {
            info.name for info in model.graph.outputs
        }
