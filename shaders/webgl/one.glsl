// A single element, at any place.
float one(sampler2D s, int at) {
  vec4 t = TEXEL(s, at);
  return (at & 2) == 0 ? (at & 1) == 0 ? t.x : t.y : (at & 1) == 0 ? t.z : t.w;
}
int one(isampler2D s, int at) {
  ivec4 t = TEXEL(s, at);
  return (at & 2) == 0 ? (at & 1) == 0 ? t.x : t.y : (at & 1) == 0 ? t.z : t.w;
}
