"""Jobs that a user has for a model: each a few lines on top of `media` and `decode`."""
