"""The command line: make, train and describe projects without a window (and without Qt)."""
