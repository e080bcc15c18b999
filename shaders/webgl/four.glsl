vec4 four(sampler2D s, ivec4 at) { return vec4(one(s, at.x), one(s, at.y), one(s, at.z), one(s, at.w)); }
ivec4 four(isampler2D s, ivec4 at) { return ivec4(one(s, at.x), one(s, at.y), one(s, at.z), one(s, at.w)); }
