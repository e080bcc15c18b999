vec4 maximum(vec4 a, vec4 b) { return select(select(b, a, greaterThan(a, b)), a, is_nan(a)); }
