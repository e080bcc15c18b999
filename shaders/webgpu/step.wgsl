// One step: a thread per element or per four of them, or ($THREAD is nothing) a workgroup.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  var rest = i32((group.y * groups.x + group.x)$THREAD);
  if (rest >= p[0]) { return; }
  $BODY
}
