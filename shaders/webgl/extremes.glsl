// NaN wins, from either side.
vec4 minimum(vec4 a, vec4 b) { return pick(is_nan(a), a, pick(lessThan(a, b), a, b)); }
vec4 maximum(vec4 a, vec4 b) { return pick(is_nan(a), a, pick(greaterThan(a, b), a, b)); }
