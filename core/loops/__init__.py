"""Loops over arrays made from formulas: calls of numpy, or one compiled pass over the memory where numba is there.

A formula is written once, in ``core.formulas``. ``program`` turns it into a list of single operations, and from that
list come both ways to work it out: ``numpy_calls`` and, through ``source`` and ``library``, a compiled function.
"""
