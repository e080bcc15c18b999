"""Models whose free dimensions have the sizes that are measured, for engines that take no sizes when they load one."""
import onnx

from bench.models import SIZES


def with_fixed_sizes(model: bytes) -> bytes:
    proto = onnx.load_from_string(model)
    for value in [*proto.graph.input, *proto.graph.output, *proto.graph.value_info]:
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param in SIZES:
                dim.dim_value = SIZES[dim.dim_param]
    return proto.SerializeToString()
