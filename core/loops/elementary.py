"""Exponentials and logarithms that a compiler can work out for several numbers at a time.

Like ``compiled`` this imports numba, and is itself imported only by the source of loops.
"""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

import math

import numpy as np
from numba import njit, types
from numba.extending import intrinsic, overload


@intrinsic
def _bits(typing, x):
    """Return the bits of a number as an integer of the same size, or the number that has these bits."""
    swapped = {
        types.float32: types.int32,
        types.float64: types.int64,
        types.int32: types.float32,
        types.int64: types.float64,
    }[x]

    def code(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(swapped))

    return swapped(x), code


def exp(x):
    """Return e^x to the last digit or two. Written out, so that a loop takes several elements at a time."""
    return math.exp(x)


def expm1(x):
    """Return e^x − 1, also where that is small; see exp."""
    return math.expm1(x)


def log(x):
    """Return the natural logarithm; see exp."""
    return math.log(x)


def log1p(x):
    """Return log(1 + x), also where that is small; see exp."""
    return math.log1p(x)


def tanh(x):
    """Return tanh x; see exp."""
    return math.tanh(x)


_PRECISE = {"fastmath": {"contract"}, "error_model": "numpy"}
_PRECISE_OVERLOAD = {"jit_options": _PRECISE}


# e^x = 2^n e^r with |r| ≤ ½ log 2; n is rounded by adding a number so large that no fraction has room. The
# polynomials are those of Moshier's Cephes library (public domain), expf.c, exp.c, logf.c, log.c, tanhf.c, tanh.c.


@overload(exp, **_PRECISE_OVERLOAD)
def _exp(x):
    return _exp_single if x == types.float32 else _exp_double


@overload(expm1, **_PRECISE_OVERLOAD)
def _expm1(x):
    return _expm1_single if x == types.float32 else _expm1_double


@njit(**_PRECISE)
def _split_single(x):
    """Return e^r − 1 and 2^n, in two factors: it may be too small or too large for the type."""
    rounding = np.float32(12582912.0)
    # Beyond these e^x is 0 or infinite anyway. A NaN fails both comparisons and stays.
    x = np.float32(-104.0) if x < np.float32(-104.0) else x
    x = np.float32(89.0) if x > np.float32(89.0) else x
    shifted = x * np.float32(1.44269504088896341) + rounding
    n = shifted - rounding
    r = x - n * np.float32(0.693359375)
    r = r + n * np.float32(2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(0.5)
    whole = _bits(shifted) - _bits(rounding)
    first = whole >> np.int32(1)
    second = whole - first
    bias, place = np.int32(127), np.int32(23)
    return p * (r * r) + r, _bits(np.int32((first + bias) << place)), _bits(np.int32((second + bias) << place))


def _exp_single(x):
    p, first, second = _split_single(x)
    return (p + np.float32(1.0)) * first * second


def _expm1_single(x):
    p, first, second = _split_single(x)
    power = first * second
    near = p * power + (power - np.float32(1.0))
    # 2^128 is too large where e^x need not be.
    return near if x < np.float32(88.0) else (p + np.float32(1.0)) * first * second


@njit(**_PRECISE)
def _split_double(x):
    """Return e^r − 1 and 2^n in two factors."""
    rounding = 6755399441055744.0
    x = -746.0 if x < -746.0 else x
    x = 710.0 if x > 710.0 else x
    shifted = x * 1.4426950408889634 + rounding
    n = shifted - rounding
    r = x - n * 6.93145751953125e-1
    r = r - n * 1.42860682030941723212e-6
    square = r * r
    p = r * ((1.26177193074810590878e-4 * square + 3.02994407707441961300e-2) * square + 9.99999999999999999910e-1)
    q = 3.00198505138664455042e-6 * square + 2.52448340349684104192e-3
    q = (q * square + 2.27265548208155028766e-1) * square + 2.00000000000000000005
    whole = _bits(shifted) - _bits(rounding)
    first = whole >> 1
    second = whole - first
    return 2.0 * (p / (q - p)), _bits((first + 1023) << 52), _bits((second + 1023) << 52)


def _exp_double(x):
    p, first, second = _split_double(x)
    return (p + 1.0) * first * second


def _expm1_double(x):
    p, first, second = _split_double(x)
    power = first * second
    near = p * power + (power - 1.0)
    return near if x < 709.0 else (p + 1.0) * first * second


# log x = e log 2 + log m with √½ < m < √2, and e from the bits of x.


@overload(log, **_PRECISE_OVERLOAD)
def _log(x):
    return _log_single if x == types.float32 else _log_double


def _log_single(x):
    one, none = np.float32(1.0), np.float32(0.0)
    small = x < np.float32(1.1754944e-38)
    bits = _bits(x * np.float32(8388608.0) if small else x)
    e = np.float32((bits >> np.int32(23)) - np.int32(126)) - (np.float32(23.0) if small else none)
    m = _bits(np.int32((bits & np.int32(0x007FFFFF)) | np.int32(0x3F000000)))
    low = m < np.float32(0.707106781186547524)
    e = e - one if low else e
    r = m + m - one if low else m - one
    square = r * r
    p = np.float32(7.0376836292e-2)
    p = p * r - np.float32(1.1514610310e-1)
    p = p * r + np.float32(1.1676998740e-1)
    p = p * r - np.float32(1.2420140846e-1)
    p = p * r + np.float32(1.4249322787e-1)
    p = p * r - np.float32(1.6668057665e-1)
    p = p * r + np.float32(2.0000714765e-1)
    p = p * r - np.float32(2.4999993993e-1)
    p = p * r + np.float32(3.3333331174e-1)
    y = p * r * square - e * np.float32(2.12194440e-4) - np.float32(0.5) * square
    value = r + y + e * np.float32(0.693359375)
    value = x if x > np.float32(3.4028235e38) else value
    value = -np.float32(np.inf) if x == none else value
    return value if x >= none else np.float32(np.nan)


def _log_double(x):
    small = x < 2.2250738585072014e-308
    bits = _bits(x * 4503599627370496.0 if small else x)
    e = np.float64((bits >> 52) - 1022) - (52.0 if small else 0.0)
    m = _bits((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000)
    low = m < 0.70710678118654752440
    e = e - 1.0 if low else e
    r = m + m - 1.0 if low else m - 1.0
    square = r * r
    p = 1.01875663804580931796e-4 * r + 4.97494994976747001425e-1
    p = (p * r + 4.70579119878881725854) * r + 1.44989225341610930846e1
    p = (p * r + 1.79368678507819816313e1) * r + 7.70838733755885391666
    q = (r + 1.12873587189167450590e1) * r + 4.52279145837532221105e1
    q = ((q * r + 8.29875266912776603211e1) * r + 7.11544750618563894466e1) * r + 2.31251620126765340583e1
    y = r * (square * (p / q)) - e * 2.121944400546905827679e-4 - 0.5 * square
    value = r + y + e * 0.693359375
    value = x if x > 1.7976931348623157e308 else value
    value = -np.inf if x == 0.0 else value
    return value if x >= 0.0 else np.nan


@overload(log1p, **_PRECISE_OVERLOAD)
def _log1p(x):
    real = np.float32 if x == types.float32 else np.float64

    def log_of_one_more(x):
        one, none = real(1.0), real(0.0)
        u = one + x
        rest = u - one
        # What 1 + x loses to rounding is made good by the quotient (Kahan).
        value = log(u) * (x / (one if rest == none else rest))
        value = x if rest == none else value
        return x if x > real(1e30) and x == u else value

    return log_of_one_more


@overload(tanh, **_PRECISE_OVERLOAD)
def _tanh(x):
    return _tanh_single if x == types.float32 else _tanh_double


def _tanh_single(x):
    one, two = np.float32(1.0), np.float32(2.0)
    size, square = abs(x), x * x
    p = np.float32(-5.70498872745e-3)
    p = p * square + np.float32(2.06390887954e-2)
    p = p * square + np.float32(-5.37397155531e-2)
    p = p * square + np.float32(1.33314422036e-1)
    p = p * square + np.float32(-3.33332819422e-1)
    near = p * square * x + x
    far = one - two / (exp(size + size) + one)
    far = -far if x < np.float32(0.0) else far
    return near if size < np.float32(0.625) else far


def _tanh_double(x):
    size, square = abs(x), x * x
    p = (-9.64399179425052238628e-1 * square - 9.92877231001918586564e1) * square - 1.61468768441708447952e3
    q = ((square + 1.12811678491632931402e2) * square + 2.23548839060100448583e3) * square + 4.84406305325125486048e3
    near = x + x * square * (p / q)
    far = 1.0 - 2.0 / (exp(size + size) + 1.0)
    far = -far if x < 0.0 else far
    return near if size < 0.625 else far
