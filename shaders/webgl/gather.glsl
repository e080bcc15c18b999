// Single elements, at any place.
float one(sampler2D s, int at) {
  vec4 t = TEXEL(s, at);
  return (at & 2) == 0 ? (at & 1) == 0 ? t.x : t.y : (at & 1) == 0 ? t.z : t.w;
}
vec4 four(sampler2D s, ivec4 at) { return vec4(one(s, at.x), one(s, at.y), one(s, at.z), one(s, at.w)); }
