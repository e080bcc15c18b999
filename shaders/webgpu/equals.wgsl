fn equals(a: $f, b: $f) -> $b { return (a == b) & !is_nan(a) & !is_nan(b); }
