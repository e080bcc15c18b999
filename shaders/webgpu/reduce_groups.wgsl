// A workgroup per row, for long rows: its lanes share the columns, then what they found.

var<workgroup> shared_f: array<$S, 64>;

fn combined(own: $S, lane: u32) -> $S {
  shared_f[lane] = own;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half >>= 1u) {
    if (lane < half) {
      let a = shared_f[lane];
      let b = shared_f[lane + half];
      shared_f[lane] = $combine;
    }
    workgroupBarrier();
  }
  let found = shared_f[0];
  workgroupBarrier();
  return found;
}
