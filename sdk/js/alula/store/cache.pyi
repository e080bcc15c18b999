"""The model cache as JS users see it."""

class CachedFile:
    __init__ = None

class CacheUsage:
    __init__ = None
