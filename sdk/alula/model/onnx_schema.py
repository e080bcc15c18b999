"""The fields of ONNX's protobuf messages that inference needs (onnx/onnx.proto). All others are skipped.

Rows are those of alula.model.message.Field: kind (or the name of another message), name and number of the field; then *
if it repeats, ? if it matters whether it is there. Builders take the values in this order."""

from __future__ import annotations

FIELDS = {
    'ModelProto': (
        'int ir_version 1, text producer_name 2, text producer_version 3, GraphProto graph 7, '
        'OperatorSetIdProto opset_import 8 *, StringStringEntryProto metadata_props 14 *, FunctionProto functions 25 *'
    ),
    'GraphProto': (
        'NodeProto node 1 *, text name 2, TensorProto initializer 5 *, SparseTensorProto sparse_initializer 15 *, '
        'ValueInfoProto input 11 *, ValueInfoProto output 12 *'
    ),
    'NodeProto': (
        'text input 1 *, text output 2 *, text name 3, text op_type 4, AttributeProto attribute 5 *, text domain 7, '
        'text overload 8'
    ),
    # The fields 1 to 14 of this list are those for the types of values, in the order of AttributeProto.AttributeType.
    'AttributeProto': (
        'text ref_attr_name 21 ?, float f 2 ?, int i 3 ?, text s 4 ?, TensorProto t 5, GraphProto g 6, '
        'float floats 7 *, int ints 8 *, text strings 9 *, TensorProto tensors 10 *, GraphProto graphs 11 *, '
        'SparseTensorProto sparse_tensor 22, SparseTensorProto sparse_tensors 23 *, TypeProto tp 14, '
        'TypeProto type_protos 15 *, text name 1, int type 20'
    ),
    'TensorProto': (
        'text name 8, int dims 1 *, int data_type 2, bytes segment 3, int data_location 14, '
        'StringStringEntryProto external_data 13 *, text string_data 6 *, bytes raw_data 9, '
        '32-bit-data float_data 4 *, 64-bit-data double_data 10 *, varint-data int64_data 7 *, '
        'varint-data uint64_data 11 *, varint-data int32_data 5 *'
    ),
    'SparseTensorProto': 'TensorProto values 1, TensorProto indices 2, int dims 3 *',
    'ValueInfoProto': 'text name 1, TypeProto type 2',
    'TypeProto': (
        'TypeProto.Tensor tensor_type 1, TypeProto.SparseTensor sparse_tensor_type 8, '
        'TypeProto.Sequence sequence_type 4, TypeProto.Optional optional_type 9, TypeProto.Map map_type 5, '
        'bytes opaque_type 7'
    ),
    'TypeProto.Tensor': 'int elem_type 1, TensorShapeProto shape 2',
    'TypeProto.SparseTensor': 'int elem_type 1, TensorShapeProto shape 2',
    'TypeProto.Sequence': 'TypeProto elem_type 1',
    'TypeProto.Optional': 'TypeProto elem_type 1',
    'TypeProto.Map': 'TypeProto value_type 2',
    'TensorShapeProto': 'TensorShapeProto.Dimension dim 1 *',
    'TensorShapeProto.Dimension': 'int dim_value 1 ?, text dim_param 2',
    'OperatorSetIdProto': 'text domain 1, int version 2',
    'StringStringEntryProto': 'text key 1, text value 2',
    'FunctionProto': (
        'text name 1, text domain 10, text overload 13, text input 4 *, text output 5 *, NodeProto node 7 *, '
        'AttributeProto attribute_proto 11 *, OperatorSetIdProto opset_import 9 *'
    ),
}
