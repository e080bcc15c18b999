"""ONNX bytes → Model. Weights are views of the bytes. Whether the graph makes sense is for alula.graph.validate to
say."""

from __future__ import annotations

from typing import Any

from alula.dtypes import dtype_of
from alula.errors import InexactIntegerError
from alula.graph.constant import Constant
from alula.graph.graph import Graph, LocalFunction, Model, Node, Reference, ValueInfo
from alula.host.arrays import as_bytes
from alula.host.table import Table
from alula.model.foreign import check_signature
from alula.model.message import MessageReader, Schema
from alula.model.onnx_schema import FIELDS
from alula.model.tensor_reader import build_sparse_tensor, build_tensor

# Value of an attribute that is not written, by type: that of proto3's floats, ints and strings
ABSENT_VALUES = [None, 0, 0, '']

# Kinds of values, in the order of TypeProto's fields
TYPE_KINDS = ['tensor', 'sparse_tensor', 'sequence', 'optional', 'map', 'opaque']


def read_model(data: Any) -> Model:
    """The Model in ONNX bytes (any buffer of the host, which must not change as long as the model is used). Constants
    with external data wait for `Constant.attach`; `Model.external_locations` names the files. Raises ModelFormatError,
    InexactIntegerError, UnsupportedTypeError."""
    buf = as_bytes(data)
    check_signature(buf)
    reader = MessageReader(buf, SCHEMAS)
    try:
        model: Model = reader.read('ModelProto', 0)
    except InexactIntegerError as error:
        raise error.within(reader.path[1:]) from None
    model.external = reader.kept
    return model


def build_model(
    reader: MessageReader,
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
    model = Model(graph)
    if len(opsets) > 0:  # before IR version 3 there was no import, and one version
        model.opsets = table_of(reader, opsets, '')
    model.functions = functions
    model.metadata = table_of(reader, metadata, '')
    model.producer = (producer + ' ' + version).strip()
    model.ir_version = ir_version
    return model


def build_graph(
    reader: MessageReader,
    nodes: list[Node],
    name: str,
    dense: list[Constant],
    sparse: list[Constant],
    inputs: list[ValueInfo],
    outputs: list[ValueInfo],
) -> Graph:
    """GraphProto."""
    constants = [[constant.name, constant] for constant in [*dense, *sparse]]
    return Graph(name, nodes, inputs, outputs, table_of(reader, constants, 'initializer'))


def build_node(
    reader: MessageReader,
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


def attributes_of(reader: MessageReader, attributes: list[Any]) -> Table[str, Any]:
    """Name → value, or Reference, of the fields of each AttributeProto."""
    pairs: list[Any] = []
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
        pairs.append([name, value])
    return table_of(reader, pairs, 'attribute')


def build_value_info(reader: MessageReader, name: str, info: ValueInfo | None) -> ValueInfo:
    """ValueInfoProto."""
    if name == '':
        raise reader.fail('a value without a name')
    if info is None:
        info = ValueInfo('', '', None, '')
    info.name = name
    return info


def build_type(
    reader: MessageReader, tensor: Any, sparse_tensor: Any, sequence: Any, optional: Any, table: Any, opaque: Any
) -> ValueInfo:
    """TypeProto: whichever of its types is there, with the dtype and the shape of the innermost tensor."""
    info = ValueInfo('', '', None, '')
    for kind, held in zip(TYPE_KINDS, [tensor, sparse_tensor, sequence, optional, table, opaque]):
        if held is not None:
            info.kind = kind
            if kind != 'opaque' and held[0] is not None:
                info.dtype = held[0].dtype
                info.shape = held[0].shape
    return info


def build_tensor_type(reader: MessageReader, code: int, shape: list[Any] | None) -> list[ValueInfo]:
    """TypeProto.Tensor and TypeProto.SparseTensor, in a list as the types that hold others."""
    return [ValueInfo('', '' if code == 0 else dtype_of(code), None if shape is None else shape[0], '')]


def build_dim(reader: MessageReader, size: int | None, symbol: str) -> Any:
    """A size, a symbol, or None. Some exporters write -1 for a size they do not know."""
    if size is None:
        return symbol or None
    return size if size >= 0 else None


def build_opset(reader: MessageReader, domain: str, version: int) -> list[Any]:
    """OperatorSetIdProto as [domain, version]."""
    return [plain_domain(domain), version]


def build_function(
    reader: MessageReader,
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
    local = LocalFunction(name, plain_domain(domain), overload)
    local.inputs = inputs
    local.outputs = outputs
    local.nodes = nodes
    local.defaults = attributes_of(reader, defaults)
    local.opsets = table_of(reader, opsets, '')
    return local


def plain_domain(domain: str) -> str:
    """The domain, '' for both spellings of ONNX's own."""
    return '' if domain == 'ai.onnx' else domain


def table_of(reader: MessageReader, pairs: list[Any], what: str) -> Table[str, Any]:
    """[[key, value], …] as a table. Where the keys are names of `what`, each must be given, and once; else the last
    counts."""
    table: Table[str, Any] = Table()
    for pair in pairs:
        if what != '':
            if pair[0] == '':
                raise reader.fail('an ' + what + ' without a name')
            if table.has(pair[0]):
                raise reader.fail('two ' + what + "s are called '" + pair[0] + "'")
        table.put(pair[0], pair[1])
    return table


BUILDERS: dict[str, Any] = {
    'ModelProto': build_model,
    'GraphProto': build_graph,
    'NodeProto': build_node,
    'TensorProto': build_tensor,
    'SparseTensorProto': build_sparse_tensor,
    'ValueInfoProto': build_value_info,
    'TypeProto': build_type,
    'TypeProto.Tensor': build_tensor_type,
    'TypeProto.SparseTensor': build_tensor_type,
    'TensorShapeProto.Dimension': build_dim,
    'OperatorSetIdProto': build_opset,
    'FunctionProto': build_function,
}

SCHEMAS: Table[str, Schema] = Table()
for message_name, rows in FIELDS.items():
    SCHEMAS.put(message_name, Schema(rows, BUILDERS.get(message_name)))
