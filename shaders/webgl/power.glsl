// pow() is not defined for negative bases, and nobody says how exact it is for whole exponents.
float power_of(float a, float b) {
  bool whole = floor(b) == b;
  bool odd = whole && floor(b * 0.5) * 2.0 != b;
  if (b == 0.0 || a == 1.0) return 1.0;
  if (whole && abs(b) <= 16.0) {
    float product = 1.0;
    for (int n = int(abs(b)); n > 0; n--) product *= a;
    return b < 0.0 ? 1.0 / product : product;
  }
  if (a == 0.0) return b > 0.0 ? 0.0 : INF;
  if (a < 0.0 && !whole) return NAN;
  float size = pow(abs(a), b);
  return a < 0.0 && odd ? -size : size;
}
vec4 power_of(vec4 a, vec4 b) {
  vec4 y = vec4(power_of(a.x, b.x), power_of(a.y, b.y), power_of(a.z, b.z), power_of(a.w, b.w));
  return pick(equal(b, vec4(0.0)), y, pick(is_nan(a), a, pick(is_nan(b), b, y)));
}
