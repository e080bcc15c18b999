vec4 sign_of(vec4 x) {
  return pick(greaterThan(x, vec4(0.0)), vec4(1.0), pick(lessThan(x, vec4(0.0)), vec4(-1.0), x));
}
uvec4 sign_of(uvec4 x) { return min(x, uvec4(1u)); }
