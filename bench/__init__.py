"""Alula beside its peers in one browser, and what its own kernels take. `build.py bench` is the door.

    models.py        what is run: models with weights, inputs, and the outputs that onnxruntime gives for them
    engines.py       the table of engines: where their files lie, what they are called
    tfjs_model.py    models as tfjs runs them
    page.html, page.mjs, engines/   what happens in the browser
    measure.py       leads the page: who runs when, in which order
    samples.py       medians, quartiles, ratios
    results.py       everything as one value, which becomes the JSON file
    table.py, report.py, report.html   the same as text and as a page
    profile.py       time and arithmetic per kernel of a model
    kernels/         single kernels over a grid of shapes
"""
