// What the threads of a workgroup have read for each other: fours of depth, by row; fours of columns, by depth.
var<workgroup> a_tile: array<$T, 256>;
var<workgroup> w_tile: array<$T, 256>;
