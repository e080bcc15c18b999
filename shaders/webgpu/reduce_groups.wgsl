// A workgroup per row, for long rows: its lanes share the columns, then what they found.

var<workgroup> shared$k: array<$T, 64>;

fn combined$k(own: $T, lane: u32) -> $T {
  shared$k[lane] = own;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half >>= 1u) {
    if (lane < half) {
      let a = shared$k[lane];
      let b = shared$k[lane + half];
      shared$k[lane] = $combine;
    }
    workgroupBarrier();
  }
  let found = shared$k[0];
  workgroupBarrier();
  return found;
}
