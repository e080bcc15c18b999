// As WGSL has it; mix() takes bools for floats alone in this version of the language.
vec4 select(vec4 b, vec4 a, bvec4 c) {
  return vec4(c.x ? a.x : b.x, c.y ? a.y : b.y, c.z ? a.z : b.z, c.w ? a.w : b.w);
}
ivec4 select(ivec4 b, ivec4 a, bvec4 c) {
  return ivec4(c.x ? a.x : b.x, c.y ? a.y : b.y, c.z ? a.z : b.z, c.w ? a.w : b.w);
}
uvec4 select(uvec4 b, uvec4 a, bvec4 c) {
  return uvec4(c.x ? a.x : b.x, c.y ? a.y : b.y, c.z ? a.z : b.z, c.w ? a.w : b.w);
}
bvec4 select(bvec4 b, bvec4 a, bvec4 c) {
  return bvec4(c.x ? a.x : b.x, c.y ? a.y : b.y, c.z ? a.z : b.z, c.w ? a.w : b.w);
}
