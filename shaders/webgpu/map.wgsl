// A thread per element, or per four along the innermost dim.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  var rest = i32((group.y * groups.x + group.x) * 64u + lane);
  if (rest >= p[2]) { return; }
  $body
}
