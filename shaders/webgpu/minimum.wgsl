// NaN wins, from either side.
fn minimum(a: $f, b: $f) -> $f { return select(b, a, (a < b) | is_nan(a)); }
