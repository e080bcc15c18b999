// A constant of float16 that was made: an element per word becomes two.
@group(0) @binding(0) var<storage, read> p: array<i32>;
@group(0) @binding(1) var<storage, read> b0: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> b1: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let at = i32((group.y * groups.x + group.x) * 64u + lane);
  if (at < p[0]) { b1[at] = pack2x16float(b0[at]); }
}
