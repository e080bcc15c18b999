vec4 root(vec4 x) { return pick(lessThan(x, vec4(0.0)), vec4(NAN), sqrt(x)); }
