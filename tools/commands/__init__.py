"""The commands of build.py, one module each. Help needs no environment: their top level imports the standard library."""
