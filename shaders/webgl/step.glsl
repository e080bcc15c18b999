#version 300 es
// One step of a program, for one of its outputs: a fragment computes the four neighbours in memory that a texel holds.
// A buffer lies in rows of 4096 texels, element 4 * n + c in channel c of texel n.
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp isampler2D;
$UNIFORMS
layout(location = 0) out $RESULT result;
#define TEXEL(s, at) texelFetch(s, spot((at) >> 2), 0)
const ivec4 LANES = ivec4(0, 1, 2, 3);
ivec2 spot(int texel) { return ivec2(texel & 4095, texel >> 12); }
$FUNCTIONS
void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  int texel = (place.y << 12) + place.x;
$BODY
}
