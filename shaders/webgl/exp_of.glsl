// e^x = 2^n * e^r: the built-in exp need not be exact to more than a few digits far from 0. Cephes' polynomial.
vec4 exp_of(vec4 x) {
  vec4 n = floor(clamp(x, -104.0, 89.0) * 1.44269504 + 0.5);
  vec4 r = (clamp(x, -104.0, 89.0) - n * 0.693359375) + n * 2.12194440e-4;
  vec4 p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
    + 1.6666665459e-1) * r + 5.0000001201e-1;
  // 2^n in two factors, each a normal number
  ivec4 whole = ivec4(n);
  ivec4 low = whole >> 1;
  return (p * r * r + r + 1.0) * intBitsToFloat((low + 127) << 23) * intBitsToFloat((whole - low + 127) << 23);
}
