// The rest of a / b, exact: WGSL's own loses digits where the quotient is large. Each turn takes off the greatest
// b * 2^k that fits, which leaves no rounding; there are at most as many as there are exponents.
fn rest_of(a: f32, b: f32) -> f32 {
  let y = bitcast<u32>(abs(b));
  var x = abs(a);
  for (var turn = 0; turn < 300 && bitcast<u32>(x) >= y; turn += 1) {
    let part = y + (((bitcast<u32>(x) >> 23u) - (y >> 23u)) << 23u);
    x -= bitcast<f32>(select(part, part - 0x800000u, part > bitcast<u32>(x)));
  }
  return select(x, -x, a < 0.0);
}
