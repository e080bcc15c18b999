// Scalar functions whose meaning WGSL leaves open where kernels/primitives.py does not, for one float or four: $F, $U
// and $B stand for the types. A shader may be compiled as if there were no NaN: bits tell.

fn is_nan(x: $F) -> $B { return (bitcast<$U>(x) & $U(0x7fffffffu)) > $U(0x7f800000u); }
fn is_set(x: $F) -> $B { return (bitcast<$U>(x) & $U(0x7fffffffu)) != $U(0u); }
fn equal(a: $F, b: $F) -> $B { return (a == b) & !is_nan(a) & !is_nan(b); }
fn minimum(a: $F, b: $F) -> $F { return select(b, a, (a < b) | is_nan(a)); }
fn maximum(a: $F, b: $F) -> $F { return select(b, a, (a > b) | is_nan(a)); }
fn exp_of(x: $F) -> $F { return select(exp(x), x, is_nan(x)); }
fn log_of(x: $F) -> $F {
  let inside = select(log(x), -$F(bitcast<f32>(p[0])), x == $F(0.0));
  return select(inside, $F(bitcast<f32>(p[1])), is_nan(x) | (x < $F(0.0)));
}
fn atan_of(x: $F) -> $F { return select(atan(x), x, is_nan(x)); }
fn sign_of(x: $F) -> $F { return select(select(x, $F(-1.0), x < $F(0.0)), $F(1.0), x > $F(0.0)); }

// tanh by its quotient overflows far out, where it is 1; a cubic is exact to rounding near 0, where that cancels.
fn tanh_of(x: $F) -> $F {
  let t = exp(clamp(x, $F(-10.0), $F(10.0)) * 2.0);
  let near = x - x * x * x * (1.0 / 3.0);
  return select(select((t - 1.0) / (t + 1.0), near, abs(x) < $F(0.02)), x, is_nan(x));
}

// Abramowitz & Stegun 7.1.26 (error 1.5e-7), and the series 7.1.5 near 0, where a relative error counts.
fn erf_of(x: $F) -> $F {
  let a = min(abs(x), $F(6.0));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  let far = sign_of(x) * (1.0 - p * exp(-a * a));
  let s = a * a;
  let q = 1.0 + s * (-1.0 / 3.0 + s * (0.1 + s * (-1.0 / 42.0 + s * (1.0 / 216.0 + s * (-1.0 / 1320.0)))));
  return select(select(far, x * q * 1.1283791670955126, a < $F(0.5)), x, is_nan(x));
}

// pow is for positive bases; a negative one has a power where the exponent is whole.
fn power(x: $F, y: $F) -> $F {
  let whole = y == floor(y);
  let odd = whole & (abs(y * 0.5 - floor(y * 0.5)) > $F(0.25));
  let size = pow(abs(x), y);
  let signed = select(size, -size, odd & (x < $F(0.0)));
  let known = select(signed, $F(bitcast<f32>(p[1])), (x < $F(0.0)) & !whole);
  return select(known, $F(1.0), (y == $F(0.0)) | (x == $F(1.0)));
}
