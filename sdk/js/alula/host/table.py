"""An ordered map with string or integer keys (JS body: a Map). Docstrings are at the CPython body."""


class Table:
    def __init__(self):
        self.entries = __new__(Map())

    def find(self, key):
        __pragma__('js', '{}', 'return this.entries.get (key) ?? null;')

    def at(self, key):
        value = self.entries.js_get(key)
        if value is js_undefined:
            raise KeyError(key)
        return value

    def put(self, key, value):
        self.entries.set(key, value)

    def has(self, key) -> bool:
        return self.entries.has(key)

    def drop(self, key):
        self.entries.js_delete(key)

    def keys_list(self):
        return Array.js_from(self.entries.js_keys())

    def values_list(self):
        return Array.js_from(self.entries.js_values())

    def count(self):
        return self.entries.size
