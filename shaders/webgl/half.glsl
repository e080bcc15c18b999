// Rounded to what float16 holds, half to even; by the bits, for packHalf2x16 may round otherwise.
vec4 half_of(vec4 x) {
  vec4 size = abs(x);
  ivec4 exponent = max((floatBitsToInt(size) >> 23) - 127, ivec4(-14));
  vec4 unit = intBitsToFloat((exponent - 10 + 127) << 23);
  vec4 y = roundEven(size / unit) * unit;
  y = pick(greaterThan(y, vec4(65504.0)), vec4(INF), y);
  return pick(is_nan(x), x, pick(lessThan(x, vec4(0.0)), -y, y));
}
