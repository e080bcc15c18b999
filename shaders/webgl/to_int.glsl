// As ONNX Cast: towards zero, saturating; NaN is 0.
ivec4 to_int(vec4 x, float low, float high, int lowest, int highest) {
  ivec4 y = ivec4(clamp(x, -2147483520.0, 2147483520.0));
  y = pick(lessThanEqual(x, vec4(low)), ivec4(lowest), pick(greaterThanEqual(x, vec4(high)), ivec4(highest), y));
  return pick(is_nan(x), ivec4(0), y);
}
uvec4 to_uint(vec4 x) {
  uvec4 y = uvec4(clamp(x, 0.0, 4294967040.0));
  y = pick(greaterThanEqual(x, vec4(4294967295.0)), uvec4(0xffffffffu), y);
  return pick(is_nan(x), uvec4(0u), y);
}
