"""What stands for the module `__future__` in JavaScript: its imports are dropped."""
