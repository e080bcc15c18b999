// A series near 0; beyond, a fit of erfc * e^(x^2) to a polynomial in 1 / (1 + x / 2) with relative error 1.2e-7
// (Press et al., Numerical Recipes, section 6.2).
vec4 erf_of(vec4 x) {
  vec4 s = x * x;
  vec4 near = x * (1.1283791671 + s * (-0.37612638903 + s * (0.11283791671 + s * (-0.026866170645
    + s * (0.0052239776254 + s * (-0.00085483270234 + s * 0.00012055332981))))));
  vec4 t = 1.0 / (1.0 + 0.5 * abs(x));
  vec4 q = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807
    + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  vec4 far = 1.0 - t * exp_of(q - s);
  return pick(lessThan(abs(x), vec4(0.6)), near, pick(lessThan(x, vec4(0.0)), -far, far));
}
