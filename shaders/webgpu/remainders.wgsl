// Remainders of floats, exact as kernels/primitives.py has them: WGSL's own loses digits where the quotient is large.
// Each turn takes off the greatest b * 2^k that fits, which leaves no rounding. Subnormal b counts as 0.

fn f_mod(a: f32, b: f32) -> f32 {
  let y = bitcast<u32>(b) & 0x7fffffffu;
  var x = abs(a);
  if (bitcast<u32>(x) >= 0x7f800000u || y > 0x7f800000u || y < 0x800000u) { return bitcast<f32>(p[1]); }
  while (bitcast<u32>(x) >= y) {
    let power = (bitcast<u32>(x) >> 23u) - (y >> 23u);
    let part = y + (power << 23u);
    x -= bitcast<f32>(select(part, part - 0x800000u, part > bitcast<u32>(x)));
  }
  return select(x, -x, a < 0.0);
}
fn f_floor_mod(a: f32, b: f32) -> f32 {
  let r = f_mod(a, b);
  return select(r, r + b, (r != 0.0) & ((r < 0.0) != (b < 0.0)));
}
