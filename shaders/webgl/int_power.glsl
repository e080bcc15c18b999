ivec4 int_power(ivec4 a, ivec4 b) {
  ivec4 y = ivec4(1);
  for (int bit = 0; bit < 31; bit++) {
    y = pick(equal((b >> bit) & 1, ivec4(1)), y * a, y);
    a *= a;
  }
  return y;
}
uvec4 int_power(uvec4 a, uvec4 b) { return uvec4(int_power(ivec4(a), ivec4(b))); }
