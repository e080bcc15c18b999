"""The commands of build.py, one module each. Help needs no environment: on top they import the standard library."""
