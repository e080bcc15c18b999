// Integers as kernels/primitives.py has them: a quotient by zero is 0.

fn i_div(a: i32, b: i32) -> i32 { return select(a / select(b, 1, b == 0), 0, b == 0); }
fn u_div(a: u32, b: u32) -> u32 { return select(a / select(b, 1u, b == 0u), 0u, b == 0u); }
fn i_mod(a: i32, b: i32) -> i32 { return select(a % select(b, 1, b == 0), 0, b == 0); }
fn u_mod(a: u32, b: u32) -> u32 { return select(a % select(b, 1u, b == 0u), 0u, b == 0u); }
fn i_floor_mod(a: i32, b: i32) -> i32 {
  let r = i_mod(a, b);
  return select(r, r + b, (r != 0) & ((r < 0) != (b < 0)));
}

// By squares; what a negative exponent leaves of an integer is 0, save of 1 and -1.
fn u_power(a: u32, b: u32) -> u32 {
  var product = 1u;
  var square = a;
  for (var rest = b; rest > 0u; rest >>= 1u) {
    if ((rest & 1u) == 1u) { product *= square; }
    square *= square;
  }
  return product;
}
fn i_power(a: i32, b: i32) -> i32 {
  let whole = bitcast<i32>(u_power(bitcast<u32>(a), bitcast<u32>(abs(b))));
  return select(select(0, whole, abs(a) == 1), whole, b >= 0);
}

// A float beyond what an integer holds becomes its greatest or lowest, NaN becomes 0.
fn to_i32(x: f32, low: f32, high: f32, top: i32) -> i32 {
  let inside = select(i32(clamp(x, low, high)), top, x > high);
  return select(inside, 0, is_nan(x));
}
fn to_u32(x: f32, high: f32, top: u32) -> u32 {
  let inside = select(u32(clamp(x, 0.0, high)), top, x > high);
  return select(inside, 0u, is_nan(x));
}
