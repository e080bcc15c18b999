"""Types of the host in the signatures of Worker, and a class that only Python makes."""

Signal = AbortSignal

class Report:
    __init__ = None
    run_count: int
    times: list[float]
