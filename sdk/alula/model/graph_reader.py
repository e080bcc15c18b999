"""GraphProto and the messages around it → Graph, Model, LocalFunction. A builder takes the values of a message in the
order of its fields in onnx_reader.py."""

from __future__ import annotations

from typing import Any

from alula.dtypes import dtype_of
from alula.graph.constant import Constant
from alula.graph.graph import Graph, LocalFunction, Model, Node, Reference, ValueInfo, function_key
from alula.host.table import Table
from alula.model.protobuf import ProtobufReader

# Value of an attribute that is not written, by type: that of proto3's floats, ints and strings
ABSENT_VALUES = [None, 0, 0, '']

# Kinds of values, in the order of TypeProto's fields
TYPE_KINDS = ['tensor', 'sparse_tensor', 'sequence', 'optional', 'map', 'opaque']


def build_model(
    reader: ProtobufReader,
    ir_version: int,
    producer: str,
    version: str,
    graph: Graph | None,
    opsets: list[Any],
    metadata: list[Any],
    functions: list[LocalFunction],
) -> Model:
    """ModelProto."""
    if graph is None:
        raise reader.fail('there is no graph in it, so it is not an ONNX model or was cut off')
    if len(opsets) == 0:
        opsets = [['', 1]]  # before IR version 3 there was no import, and one version
    made_by = (producer + ' ' + version).strip()
    tables = [table_of(pairs) for pairs in [opsets, metadata]]
    return Model(graph, tables[0], functions, tables[1], made_by, ir_version, reader.kept)


def build_graph(
    reader: ProtobufReader,
    nodes: list[Node],
    name: str,
    dense: list[Constant],
    sparse: list[Constant],
    inputs: list[ValueInfo],
    outputs: list[ValueInfo],
) -> Graph:
    """GraphProto."""
    table: Table[str, Constant] = Table()
    for constant in [*dense, *sparse]:
        add(reader, table, constant.name, constant, 'initializer')
    return Graph(name, nodes, inputs, outputs, table)


def build_node(
    reader: ProtobufReader,
    inputs: list[str],
    outputs: list[str],
    name: str,
    op_type: str,
    attributes: list[Any],
    domain: str,
    overload: str,
) -> Node:
    """NodeProto."""
    if op_type == '':
        raise reader.fail('a node without op_type')
    node = Node(op_type, plain_domain(domain), name, inputs, outputs, attributes_of(reader, attributes))
    node.overload = overload
    return node


def attributes_of(reader: ProtobufReader, attributes: list[Any]) -> Table[str, Any]:
    """Name → value, or Reference, of the fields of each AttributeProto."""
    table: Table[str, Any] = Table()
    for fields in attributes:
        reference: str | None = fields[0]
        name: str = fields[15]
        code: int = fields[16]
        if code < 0 or code > 14:
            raise reader.fail("attribute '" + name + "' is of the unknown type " + str(code))
        if code == 0:  # IR version 1 does not say the type: it is that of the field that is there
            for i in range(1, 15):
                if fields[i] not in (None, []):
                    code = i
        value: Any = fields[code]
        if reference:
            value = Reference(reference)
        elif value is None and code < 4:
            value = ABSENT_VALUES[code]
        if value is None:
            raise reader.fail("attribute '" + name + "' has no value")
        add(reader, table, name, value, 'attribute')
    return table


def build_value_info(reader: ProtobufReader, name: str, info: ValueInfo | None) -> ValueInfo:
    """ValueInfoProto."""
    if name == '':
        raise reader.fail('a value without a name')
    if info is None:
        info = ValueInfo('', '', None, '')
    info.name = name
    return info


def build_type(
    reader: ProtobufReader, tensor: Any, sparse_tensor: Any, sequence: Any, optional: Any, table: Any, opaque: Any
) -> ValueInfo:
    """TypeProto: whichever of its types is there, with the dtype and the shape of the innermost tensor."""
    info = ValueInfo('', '', None, '')
    types = [tensor, sparse_tensor, sequence, optional, table, opaque]
    for i in range(len(types)):
        held = types[i]
        if held is not None:
            info.kind = TYPE_KINDS[i]
            if held is not opaque and held[0] is not None:
                info.dtype = held[0].dtype
                info.shape = held[0].shape
    return info


def build_tensor_type(reader: ProtobufReader, code: int, shape: list[Any] | None) -> list[ValueInfo]:
    """TypeProto.Tensor and TypeProto.SparseTensor, in a list as the types that hold others."""
    return [ValueInfo('', '' if code == 0 else dtype_of(code), None if shape is None else shape[0], '')]


def build_dim(reader: ProtobufReader, size: int | None, symbol: str) -> Any:
    """A size, a symbol, or None. Some exporters write -1 for a size they do not know."""
    if size is None:
        return symbol or None
    return size if size >= 0 else None


def build_opset(reader: ProtobufReader, domain: str, version: int) -> list[Any]:
    """OperatorSetIdProto as [domain, version]."""
    return [plain_domain(domain), version]


def build_function(
    reader: ProtobufReader,
    name: str,
    domain: str,
    overload: str,
    inputs: list[str],
    outputs: list[str],
    nodes: list[Node],
    defaults: list[Any],
    opsets: list[Any],
) -> LocalFunction:
    """FunctionProto."""
    key = function_key(plain_domain(domain), name, overload)
    attributes = attributes_of(reader, defaults)
    return LocalFunction(name, key, inputs, outputs, nodes, attributes, table_of(opsets))


def plain_domain(domain: str) -> str:
    """The domain, '' for both spellings of ONNX's own."""
    return '' if domain == 'ai.onnx' else domain


def table_of(pairs: list[Any]) -> Table[str, Any]:
    """[[key, value], …] as a table; of equal keys the last counts."""
    table: Table[str, Any] = Table()
    for pair in pairs:
        table.put(pair[0], pair[1])
    return table


def add(reader: ProtobufReader, table: Table[str, Any], name: str, value: Any, what: str) -> None:
    """Put a value under its name, which must be given and new."""
    if name == '':
        raise reader.fail('an ' + what + ' without a name')
    if table.has(name):
        raise reader.fail('two ' + what + "s are called '" + name + "'")
    table.put(name, value)
