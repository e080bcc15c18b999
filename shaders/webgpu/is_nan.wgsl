// By the bits: a shader may be compiled as if there were no NaN.
fn is_nan(x: $f) -> $b { return (bitcast<$u>(x) & $u(0x7fffffffu)) > $u(0x7f800000u); }
