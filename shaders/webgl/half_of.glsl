// Rounded to what float16 holds, half to even; by the bits, for packHalf2x16 may round otherwise.
vec4 half_of(vec4 x) {
  vec4 size = abs(x);
  ivec4 exponent = max((floatBitsToInt(size) >> 23) - 127, ivec4(-14));
  vec4 unit = intBitsToFloat((exponent - 10 + 127) << 23);
  vec4 y = roundEven(size / unit) * unit;
  y = select(y, intBitsToFloat(ivec4(0x7f800000)), greaterThan(y, vec4(65504.0)));
  return select(select(y, -y, lessThan(x, vec4(0.0))), x, is_nan(x));
}
