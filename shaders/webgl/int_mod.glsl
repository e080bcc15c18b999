// `%` is not defined for negative integers.
ivec4 trunc_mod(ivec4 a, ivec4 b) { return pick(equal(b, ivec4(0)), ivec4(0), a - b * int_div(a, b)); }
uvec4 trunc_mod(uvec4 a, uvec4 b) { return pick(equal(b, uvec4(0u)), uvec4(0u), a - b * int_div(a, b)); }
ivec4 floor_mod(ivec4 a, ivec4 b) {
  ivec4 r = trunc_mod(a, b);
  return pick(bvec4(uvec4(notEqual(r, ivec4(0))) & uvec4(lessThan(r ^ b, ivec4(0)))), r + b, r);
}
uvec4 floor_mod(uvec4 a, uvec4 b) { return trunc_mod(a, b); }
