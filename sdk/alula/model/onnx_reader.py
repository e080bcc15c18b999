"""ONNX bytes → Model. Weights are views of the bytes. Whether the graph makes sense is for alula.graph.validate to
say."""

from __future__ import annotations

from typing import Any

from alula.dtypes import dtype_of
from alula.errors import ExternalDataError, InexactIntegerError
from alula.graph.constant import Constant
from alula.graph.graph import Attribute, Graph, LocalFunction, Model, Node, ValueInfo
from alula.host.arrays import TypedArray, as_bytes
from alula.host.table import Table
from alula.model.foreign import check_signature
from alula.model.message import Message, MessageReader, Schema
from alula.model.onnx_schema import ATTRIBUTE_KINDS, FIELDS
from alula.model.tensor_reader import build_sparse_tensor, build_tensor


class OnnxReader(MessageReader):
    """A MessageReader that notes the constants whose bytes lie outside the model."""

    def __init__(self, buf: TypedArray) -> None:
        super().__init__(buf, SCHEMAS)
        self.external: list[Constant] = []


def read_model(data: Any, external: Table[str, TypedArray] | None = None) -> Model:
    """The Model in ONNX bytes (any buffer of the host, which must not change as long as the model is used).

    `external`: file name → bytes of the external data. Without it, constants with external data wait for
    `Constant.attach`; `Model.external_locations` names the files. Raises ModelFormatError, InexactIntegerError,
    UnsupportedTypeError, ExternalDataError."""
    buf = as_bytes(data)
    check_signature(buf)
    reader = OnnxReader(buf)
    try:
        model: Model = reader.read('ModelProto')
    except InexactIntegerError as error:
        raise error.within(reader.wire.path()) from None
    model.external = reader.external
    if external is not None:
        attach_external(model, external)
    return model


def attach_external(model: Model, files: Table[str, TypedArray]) -> None:
    """Give each constant with external data its bytes; `files`: location in the model → the file's bytes."""
    for constant in model.external:
        place = constant.external
        if place is not None:
            content = files.find(place.location)
            if content is None:
                raise ExternalDataError(place.location, constant.name, 'the file was not given')
            constant.attach(content)


def build_model(reader: OnnxReader, message: Message) -> Model:
    """ModelProto."""
    graph = message.one('graph')
    if graph is None:
        raise reader.fail('there is no graph in it, so it is not an ONNX model or was cut off', message)
    model = Model(graph)
    model.opsets = opsets_of(message)
    if model.opsets.count() == 0:
        model.opsets.put('', 1)  # before IR version 3 there was no import, and one version
    model.functions = message.all('functions')
    model.metadata = table_of_pairs(message.all('metadata_props'))
    model.producer = message.text('producer_name')
    model.producer_version = message.text('producer_version')
    model.domain = message.text('domain')
    model.model_version = message.number('model_version')
    model.ir_version = message.number('ir_version')
    return model


def build_graph(reader: OnnxReader, message: Message) -> Graph:
    """GraphProto."""
    initializers: Table[str, Constant] = Table()
    for constants in [message.all('initializer'), message.all('sparse_initializer')]:
        for constant in constants:
            if constant.name == '':
                raise reader.fail('an initializer without a name', message)
            if initializers.has(constant.name):
                raise reader.fail("two initializers are called '" + constant.name + "'", message)
            initializers.put(constant.name, constant)
    return Graph(
        message.text('name'),
        message.all('node'),
        message.all('input'),
        message.all('output'),
        initializers,
        table_of_infos(message.all('value_info')),
    )


def build_node(reader: OnnxReader, message: Message) -> Node:
    """NodeProto."""
    op_type = message.text('op_type')
    if op_type == '':
        raise reader.fail('a node without op_type', message)
    attributes = table_of_attributes(reader, message, message.all('attribute'))
    node = Node(
        op_type, domain_of(message), message.text('name'), message.all('input'), message.all('output'), attributes
    )
    node.overload = message.text('overload')
    return node


def build_attribute(reader: OnnxReader, message: Message) -> Attribute:
    """AttributeProto."""
    name = message.text('name')
    if name == '':
        raise reader.fail('an attribute without a name', message)
    code = message.number('type')
    reference = message.text('ref_attr_name')
    if code == 0 and reference == '':
        code = code_of_value(message)
    if code < 0 or code >= len(ATTRIBUTE_KINDS):
        raise reader.fail("attribute '" + name + "' is of the unknown type " + str(code), message)
    kind = ATTRIBUTE_KINDS[code][0]
    if reference != '':
        attribute = Attribute(name, kind, None)
        attribute.ref = reference
        return attribute
    label = ATTRIBUTE_KINDS[code][1]
    if kind == 'float' or kind == 'int':
        return Attribute(name, kind, message.number(label))
    if kind == 'string':
        return Attribute(name, kind, message.text(label))
    if kind.endswith('s'):
        return Attribute(name, kind, message.all(label))
    value = message.one(label) if kind != '' else None
    if value is None:
        raise reader.fail("attribute '" + name + "' has no value", message)
    return Attribute(name, kind, value)


def code_of_value(message: Message) -> int:
    """Type of an attribute that does not say it (IR version 1): that of the one field it has; 0 if it has none."""
    for code in range(1, len(ATTRIBUTE_KINDS)):
        if message.one(ATTRIBUTE_KINDS[code][1]) is not None:
            return code
    return 0


def build_value_info(reader: OnnxReader, message: Message) -> ValueInfo:
    """ValueInfoProto."""
    name = message.text('name')
    if name == '':
        raise reader.fail('a value without a name', message)
    info: ValueInfo | None = message.one('type')
    if info is None:
        return ValueInfo(name, '', None, '')
    info.name = name
    return info


def build_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto: whichever of its types is there."""
    for value in message.values:
        if value is not None:
            info: ValueInfo = value
            return info
    return ValueInfo('', '', None, '')


def build_tensor_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto.Tensor."""
    return ValueInfo('', dtype_or_unknown(message.number('elem_type')), message.one('shape'), 'tensor')


def build_sparse_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto.SparseTensor."""
    return ValueInfo('', dtype_or_unknown(message.number('elem_type')), message.one('shape'), 'sparse_tensor')


def container(kind: str, element: ValueInfo | None) -> ValueInfo:
    """A type that holds another."""
    held = ValueInfo('', '', None, '') if element is None else element
    info = ValueInfo('', held.dtype, held.shape, kind)
    info.element = held
    return info


def build_sequence_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto.Sequence."""
    return container('sequence', message.one('elem_type'))


def build_optional_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto.Optional."""
    return container('optional', message.one('elem_type'))


def build_map_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto.Map."""
    info = container('map', message.one('value_type'))
    info.key = dtype_or_unknown(message.number('key_type'))
    return info


def build_opaque_type(reader: OnnxReader, message: Message) -> ValueInfo:
    """TypeProto.Opaque."""
    return ValueInfo('', '', None, 'opaque')


def build_shape(reader: OnnxReader, message: Message) -> list[Any]:
    """TensorShapeProto: a list of dims."""
    return message.all('dim')


def build_dim(reader: OnnxReader, message: Message) -> Any:
    """A size, a symbol, or None. Some exporters write -1 for a size they do not know."""
    size = message.one('dim_value')
    if size is not None:
        return size if size >= 0 else None
    symbol = message.text('dim_param')
    return symbol if symbol != '' else None


def build_opset(reader: OnnxReader, message: Message) -> list[Any]:
    """OperatorSetIdProto as [domain, version]."""
    return [domain_of(message), message.number('version')]


def build_entry(reader: OnnxReader, message: Message) -> list[Any]:
    """StringStringEntryProto as [key, value]."""
    return [message.text('key'), message.text('value')]


def build_segment(reader: OnnxReader, message: Message) -> bool:
    """TensorProto.Segment: that it is there is all that matters."""
    return True


def build_function(reader: OnnxReader, message: Message) -> LocalFunction:
    """FunctionProto."""
    local = LocalFunction(message.text('name'), domain_of(message), message.text('overload'))
    local.inputs = message.all('input')
    local.outputs = message.all('output')
    local.attributes = message.all('attribute')
    local.defaults = table_of_attributes(reader, message, message.all('attribute_proto'))
    local.nodes = message.all('node')
    local.opsets = opsets_of(message)
    local.value_info = table_of_infos(message.all('value_info'))
    return local


def domain_of(message: Message) -> str:
    """The domain, '' for both spellings of ONNX's own."""
    domain = message.text('domain')
    return '' if domain == 'ai.onnx' else domain


def dtype_or_unknown(code: int) -> str:
    """Name of an element type, '' for the code 0 (undefined)."""
    return '' if code == 0 else dtype_of(code)


def opsets_of(message: Message) -> Table[str, int]:
    """Domain → version of a model's or function's opset imports."""
    return table_of_pairs(message.all('opset_import'))


def table_of_pairs(pairs: list[Any]) -> Table[str, Any]:
    """[[key, value], …] as a table; of equal keys the last counts."""
    table: Table[str, Any] = Table()
    for pair in pairs:
        table.put(pair[0], pair[1])
    return table


def table_of_infos(infos: list[ValueInfo]) -> Table[str, ValueInfo]:
    """ValueInfos by name."""
    table: Table[str, ValueInfo] = Table()
    for info in infos:
        table.put(info.name, info)
    return table


def table_of_attributes(reader: OnnxReader, message: Message, attributes: list[Attribute]) -> Table[str, Attribute]:
    """Attributes by name."""
    table: Table[str, Attribute] = Table()
    for attribute in attributes:
        if table.has(attribute.name):
            raise reader.fail("two attributes are called '" + attribute.name + "'", message)
        table.put(attribute.name, attribute)
    return table


BUILDERS = {
    'ModelProto': build_model,
    'GraphProto': build_graph,
    'NodeProto': build_node,
    'AttributeProto': build_attribute,
    'TensorProto': build_tensor,
    'TensorProto.Segment': build_segment,
    'SparseTensorProto': build_sparse_tensor,
    'ValueInfoProto': build_value_info,
    'TypeProto': build_type,
    'TypeProto.Tensor': build_tensor_type,
    'TypeProto.SparseTensor': build_sparse_type,
    'TypeProto.Sequence': build_sequence_type,
    'TypeProto.Optional': build_optional_type,
    'TypeProto.Map': build_map_type,
    'TypeProto.Opaque': build_opaque_type,
    'TensorShapeProto': build_shape,
    'TensorShapeProto.Dimension': build_dim,
    'OperatorSetIdProto': build_opset,
    'StringStringEntryProto': build_entry,
    'FunctionProto': build_function,
}

SCHEMAS = {name: Schema(rows, BUILDERS[name]) for name, rows in FIELDS.items()}
