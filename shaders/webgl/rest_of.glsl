// The rest of a / b by long division: each part taken off is b times a power of two, at most what is left and more than
// half of it, so no digit is lost.
float rest_of(float a, float b) {
  float left = abs(a);
  float size = abs(b);
  for (int turn = 0; turn < 300 && left >= size; turn++) {
    int apart = (floatBitsToInt(left) >> 23) - (floatBitsToInt(size) >> 23);
    float part = size * intBitsToFloat((min(apart, 126) + 127) << 23);
    left -= part > left ? part * 0.5 : part;
  }
  return a < 0.0 ? -left : left;
}
vec4 rest_of(vec4 a, vec4 b) {
  return vec4(rest_of(a.x, b.x), rest_of(a.y, b.y), rest_of(a.z, b.z), rest_of(a.w, b.w));
}
