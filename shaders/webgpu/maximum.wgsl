fn maximum(a: $f, b: $f) -> $f { return select(b, a, (a > b) | is_nan(a)); }
