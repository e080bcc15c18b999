"""Task as JS users see it."""

class Timings:
    __init__ = None

class Task:
    __init__ = None
    load = None
    run_sync = None
