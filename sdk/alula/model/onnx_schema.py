"""The fields of ONNX's protobuf messages that inference needs (onnx/onnx.proto). All others are skipped.

A row is [field number, name, kind of alula.model.message.KINDS] and, for messages, the name of their schema."""

from __future__ import annotations

from typing import Any

FIELDS: dict[str, list[Any]] = {
    'ModelProto': [
        [1, 'ir_version', 'int'],
        [2, 'producer_name', 'text'],
        [3, 'producer_version', 'text'],
        [4, 'domain', 'text'],
        [5, 'model_version', 'int'],
        [7, 'graph', 'message', 'GraphProto'],
        [8, 'opset_import', 'messages', 'OperatorSetIdProto'],
        [14, 'metadata_props', 'messages', 'StringStringEntryProto'],
        [25, 'functions', 'messages', 'FunctionProto'],
    ],
    'GraphProto': [
        [1, 'node', 'messages', 'NodeProto'],
        [2, 'name', 'text'],
        [5, 'initializer', 'messages', 'TensorProto'],
        [11, 'input', 'messages', 'ValueInfoProto'],
        [12, 'output', 'messages', 'ValueInfoProto'],
        [13, 'value_info', 'messages', 'ValueInfoProto'],
        [15, 'sparse_initializer', 'messages', 'SparseTensorProto'],
    ],
    'NodeProto': [
        [1, 'input', 'texts'],
        [2, 'output', 'texts'],
        [3, 'name', 'text'],
        [4, 'op_type', 'text'],
        [5, 'attribute', 'messages', 'AttributeProto'],
        [7, 'domain', 'text'],
        [8, 'overload', 'text'],
    ],
    'AttributeProto': [
        [1, 'name', 'text'],
        [2, 'f', 'float'],
        [3, 'i', 'int'],
        [4, 's', 'text'],
        [5, 't', 'message', 'TensorProto'],
        [6, 'g', 'message', 'GraphProto'],
        [7, 'floats', 'floats'],
        [8, 'ints', 'ints'],
        [9, 'strings', 'texts'],
        [10, 'tensors', 'messages', 'TensorProto'],
        [11, 'graphs', 'messages', 'GraphProto'],
        [14, 'tp', 'message', 'TypeProto'],
        [15, 'type_protos', 'messages', 'TypeProto'],
        [20, 'type', 'int'],
        [21, 'ref_attr_name', 'text'],
        [22, 'sparse_tensor', 'message', 'SparseTensorProto'],
        [23, 'sparse_tensors', 'messages', 'SparseTensorProto'],
    ],
    'TensorProto': [
        [1, 'dims', 'ints'],
        [2, 'data_type', 'int'],
        [3, 'segment', 'message', 'TensorProto.Segment'],
        [4, 'float_data', '32-bit data'],
        [5, 'int32_data', 'varint data'],
        [6, 'string_data', 'texts'],
        [7, 'int64_data', 'varint data'],
        [8, 'name', 'text'],
        [9, 'raw_data', 'bytes'],
        [10, 'double_data', '64-bit data'],
        [11, 'uint64_data', 'varint data'],
        [13, 'external_data', 'messages', 'StringStringEntryProto'],
        [14, 'data_location', 'int'],
    ],
    'TensorProto.Segment': [],
    'SparseTensorProto': [
        [1, 'values', 'message', 'TensorProto'],
        [2, 'indices', 'message', 'TensorProto'],
        [3, 'dims', 'ints'],
    ],
    'ValueInfoProto': [
        [1, 'name', 'text'],
        [2, 'type', 'message', 'TypeProto'],
    ],
    'TypeProto': [
        [1, 'tensor_type', 'message', 'TypeProto.Tensor'],
        [4, 'sequence_type', 'message', 'TypeProto.Sequence'],
        [5, 'map_type', 'message', 'TypeProto.Map'],
        [7, 'opaque_type', 'message', 'TypeProto.Opaque'],
        [8, 'sparse_tensor_type', 'message', 'TypeProto.SparseTensor'],
        [9, 'optional_type', 'message', 'TypeProto.Optional'],
    ],
    'TypeProto.Tensor': [
        [1, 'elem_type', 'int'],
        [2, 'shape', 'message', 'TensorShapeProto'],
    ],
    'TypeProto.SparseTensor': [
        [1, 'elem_type', 'int'],
        [2, 'shape', 'message', 'TensorShapeProto'],
    ],
    'TypeProto.Sequence': [
        [1, 'elem_type', 'message', 'TypeProto'],
    ],
    'TypeProto.Optional': [
        [1, 'elem_type', 'message', 'TypeProto'],
    ],
    'TypeProto.Map': [
        [1, 'key_type', 'int'],
        [2, 'value_type', 'message', 'TypeProto'],
    ],
    'TypeProto.Opaque': [],
    'TensorShapeProto': [
        [1, 'dim', 'messages', 'TensorShapeProto.Dimension'],
    ],
    'TensorShapeProto.Dimension': [
        [1, 'dim_value', 'int'],
        [2, 'dim_param', 'text'],
    ],
    'OperatorSetIdProto': [
        [1, 'domain', 'text'],
        [2, 'version', 'int'],
    ],
    'StringStringEntryProto': [
        [1, 'key', 'text'],
        [2, 'value', 'text'],
    ],
    'FunctionProto': [
        [1, 'name', 'text'],
        [4, 'input', 'texts'],
        [5, 'output', 'texts'],
        [6, 'attribute', 'texts'],
        [7, 'node', 'messages', 'NodeProto'],
        [9, 'opset_import', 'messages', 'OperatorSetIdProto'],
        [10, 'domain', 'text'],
        [11, 'attribute_proto', 'messages', 'AttributeProto'],
        [12, 'value_info', 'messages', 'ValueInfoProto'],
        [13, 'overload', 'text'],
    ],
}

# AttributeProto.AttributeType → kind of alula.graph.graph.Attribute, and the field that holds the value
ATTRIBUTE_KINDS = [
    ['', ''],
    ['float', 'f'],
    ['int', 'i'],
    ['string', 's'],
    ['tensor', 't'],
    ['graph', 'g'],
    ['floats', 'floats'],
    ['ints', 'ints'],
    ['strings', 'strings'],
    ['tensors', 'tensors'],
    ['graphs', 'graphs'],
    ['sparse_tensor', 'sparse_tensor'],
    ['sparse_tensors', 'sparse_tensors'],
    ['type_proto', 'tp'],
    ['type_protos', 'type_protos'],
]

# The typed field of TensorProto for each element type; int32_data for those that are not listed.
DATA_FIELDS = {
    'float32': 'float_data',
    'complex64': 'float_data',
    'float64': 'double_data',
    'complex128': 'double_data',
    'int64': 'int64_data',
    'uint32': 'uint64_data',
    'uint64': 'uint64_data',
}
