"""Running a graph of which some parts are kernels and some nodes host operators."""
