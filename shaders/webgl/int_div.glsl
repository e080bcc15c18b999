// By 0 it is 0; the quotient of the least integer and -1 wraps.
ivec4 int_div(ivec4 a, ivec4 b) {
  bvec4 plain = bvec4(uvec4(notEqual(b, ivec4(0))) & uvec4(notEqual(b, ivec4(-1))));
  return pick(plain, a / pick(plain, b, ivec4(1)), pick(equal(b, ivec4(0)), ivec4(0), -a));
}
uvec4 int_div(uvec4 a, uvec4 b) {
  bvec4 none = equal(b, uvec4(0u));
  return pick(none, uvec4(0u), a / pick(none, uvec4(1u), b));
}
