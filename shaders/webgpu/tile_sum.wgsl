workgroupBarrier();
for (var q = 0; q < 8; q += 1) {
  let w0 = w_tile[q * 32 + x];
  let w1 = w_tile[q * 32 + x + 8];
  let w2 = w_tile[q * 32 + x + 16];
  let w3 = w_tile[q * 32 + x + 24];
  let x0 = a_tile[y * 32 + q];
  let x1 = a_tile[y * 32 + q + 8];
  let x2 = a_tile[y * 32 + q + 16];
  let x3 = a_tile[y * 32 + q + 24];
  s0 += x0.x * w0 + x0.y * w1 + x0.z * w2 + x0.w * w3;
  s1 += x1.x * w0 + x1.y * w1 + x1.z * w2 + x1.w * w3;
  s2 += x2.x * w0 + x2.y * w1 + x2.z * w2 + x2.w * w3;
  s3 += x3.x * w0 + x3.y * w1 + x3.z * w2 + x3.w * w3;
}
