// A polynomial near 0, where 1 - 2 / (e^2x + 1) would cancel.
vec4 tanh_of(vec4 x) {
  vec4 s = x * x;
  vec4 near = x + x * s * (-0.33333333 + s * (0.13333333 + s * (-0.053968254 + s * 0.021869489)));
  vec4 far = 1.0 - 2.0 / (exp_of(2.0 * abs(x)) + 1.0);
  return pick(lessThan(abs(x), vec4(0.3)), near, pick(lessThan(x, vec4(0.0)), -far, far));
}
