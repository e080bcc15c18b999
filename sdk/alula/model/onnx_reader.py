"""ONNX bytes → Model. Weights are views of the bytes. Whether the graph makes sense is for alula.graph.validate to
say."""

from __future__ import annotations

from typing import Any

from alula.errors import InexactIntegerError
from alula.graph.graph import Model
from alula.host.arrays import as_bytes
from alula.host.table import Table
from alula.model.foreign import check_signature
from alula.model.graph_reader import (
    build_dim,
    build_function,
    build_graph,
    build_model,
    build_node,
    build_opset,
    build_tensor_type,
    build_type,
    build_value_info,
)
from alula.model.protobuf import ProtobufReader, Schema
from alula.model.tensor_reader import build_sparse_tensor, build_tensor

# The messages of onnx/onnx.proto that inference needs: name, builder, and the fields that it takes, in its order, as
# alula.model.protobuf.Field writes them; above each the names of the fields. All other fields are skipped.
MESSAGES: list[list[Any]] = [
    # ir_version, producer_name, producer_version, graph, opset_import, metadata_props, functions
    ['ModelProto', build_model, (
        'int 1, text 2, text 3, GraphProto 7 graph, OperatorSetIdProto 8 * opset_import, '
        'StringStringEntryProto 14 * metadata_props, FunctionProto 25 * functions'
    )],
    # node, name, initializer, sparse_initializer, input, output
    ['GraphProto', build_graph, (
        'NodeProto 1 * node, text 2, TensorProto 5 * initializer, SparseTensorProto 15 * sparse_initializer, '
        'ValueInfoProto 11 * input, ValueInfoProto 12 * output'
    )],
    # input, output, name, op_type, attribute, domain, overload
    ['NodeProto', build_node, 'text 1 *, text 2 *, text 3, text 4, AttributeProto 5 * attribute, text 7, text 8'],
    # Fields 1 to 14 of this list hold the value of an attribute of AttributeType 1 to 14.
    # ref_attr_name, f, i, s, t, g, floats, ints, strings, tensors, graphs, sparse_tensor, sparse_tensors, tp,
    # type_protos, name, type
    ['AttributeProto', None, (
        'text 21 ?, float 2 ?, int 3 ?, text 4 ?, TensorProto 5 t, GraphProto 6 g, float 7 *, int 8 *, text 9 *, '
        'TensorProto 10 * tensors, GraphProto 11 * graphs, SparseTensorProto 22 sparse_tensor, '
        'SparseTensorProto 23 * sparse_tensors, TypeProto 14 tp, TypeProto 15 * type_protos, text 1, int 20'
    )],
    # name, dims, data_type, segment, data_location, external_data, string_data, raw_data, float_data, double_data,
    # int64_data, uint64_data, int32_data
    ['TensorProto', build_tensor, (
        'text 8, int 1 *, int 2, bytes 3, int 14, StringStringEntryProto 13 * external_data, text 6 *, bytes 9, '
        '32-bit-data 4 *, 64-bit-data 10 *, varint-data 7 *, varint-data 11 *, varint-data 5 *'
    )],
    # values, indices, dims
    ['SparseTensorProto', build_sparse_tensor, 'TensorProto 1 values, TensorProto 2 indices, int 3 *'],
    # name, type
    ['ValueInfoProto', build_value_info, 'text 1, TypeProto 2 type'],
    # tensor_type, sparse_tensor_type, sequence_type, optional_type, map_type, opaque_type
    ['TypeProto', build_type, (
        'TypeProto.Tensor 1 tensor_type, TypeProto.SparseTensor 8 sparse_tensor_type, '
        'TypeProto.Sequence 4 sequence_type, TypeProto.Optional 9 optional_type, TypeProto.Map 5 map_type, '
        'bytes 7'
    )],
    # elem_type, shape
    ['TypeProto.Tensor', build_tensor_type, 'int 1, TensorShapeProto 2 shape'],
    # elem_type, shape
    ['TypeProto.SparseTensor', build_tensor_type, 'int 1, TensorShapeProto 2 shape'],
    # elem_type
    ['TypeProto.Sequence', None, 'TypeProto 1 elem_type'],
    # elem_type
    ['TypeProto.Optional', None, 'TypeProto 1 elem_type'],
    # value_type
    ['TypeProto.Map', None, 'TypeProto 2 value_type'],
    # dim
    ['TensorShapeProto', None, 'TensorShapeProto.Dimension 1 * dim'],
    # dim_value, dim_param
    ['TensorShapeProto.Dimension', build_dim, 'int 1 ?, text 2'],
    # domain, version
    ['OperatorSetIdProto', build_opset, 'text 1, int 2'],
    # key, value
    ['StringStringEntryProto', None, 'text 1, text 2'],
    # name, domain, overload, input, output, node, attribute_proto, opset_import
    ['FunctionProto', build_function, (
        'text 1, text 10, text 13, text 4 *, text 5 *, NodeProto 7 * node, AttributeProto 11 * attribute_proto, '
        'OperatorSetIdProto 9 * opset_import'
    )],
]  # fmt: skip

SCHEMAS: Table[str, Schema] = Table()
for row in MESSAGES:
    SCHEMAS.put(row[0], Schema(row[2], row[1]))


def read_model(data: Any) -> Model:
    """The Model in ONNX bytes (any buffer of the host, which must not change as long as the model is used). Constants
    with external data wait for `Constant.attach`; `Model.external_locations` names the files. Raises ModelFormatError,
    InexactIntegerError, UnsupportedTypeError."""
    buf = as_bytes(data)
    check_signature(buf)
    reader = ProtobufReader(buf, SCHEMAS)
    try:
        model: Model = reader.read('ModelProto', 0)
    except InexactIntegerError as error:
        raise error.within(reader.path[1:]) from None
    return model
