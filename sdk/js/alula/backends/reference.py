"""Which backend folds constants on this host (JS body): the plain loops."""

from alula.backends.script.run_step import run_step as run_by_loops

run_step = run_by_loops
