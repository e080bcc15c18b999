int one(isampler2D s, int at) {
  ivec4 t = TEXEL(s, at);
  return (at & 2) == 0 ? (at & 1) == 0 ? t.x : t.y : (at & 1) == 0 ? t.z : t.w;
}
ivec4 four(isampler2D s, ivec4 at) { return ivec4(one(s, at.x), one(s, at.y), one(s, at.z), one(s, at.w)); }
