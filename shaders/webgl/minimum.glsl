// NaN wins, from either side.
vec4 minimum(vec4 a, vec4 b) { return select(select(b, a, lessThan(a, b)), a, is_nan(a)); }
