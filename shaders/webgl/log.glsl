vec4 log_of(vec4 x) {
  vec4 y = pick(equal(x, vec4(0.0)), vec4(-INF), pick(lessThan(x, vec4(0.0)), vec4(NAN), log(abs(x))));
  return pick(is_nan(x), x, pick(equal(x, vec4(INF)), x, y));
}
