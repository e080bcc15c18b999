"""What stands for the module `math` in JavaScript."""
# ruff: noqa: F821
pi = Math.PI
e = Math.E
tau = 2 * Math.PI
inf = js_Infinity
nan = js_NaN

acos, acosh, asin, asinh = Math.acos, Math.acosh, Math.asin, Math.asinh
atan, atan2, atanh, cbrt = Math.atan, Math.atan2, Math.atanh, Math.cbrt
ceil, cos, cosh, exp, expm1 = Math.ceil, Math.cos, Math.cosh, Math.exp, Math.expm1
fabs, floor, hypot, log10, log1p, log2 = Math.abs, Math.floor, Math.hypot, Math.log10, Math.log1p, Math.log2
pow, sin, sinh, sqrt, tan, tanh, trunc = Math.pow, Math.sin, Math.sinh, Math.sqrt, Math.tan, Math.tanh, Math.trunc
isfinite = Number.isFinite


def isnan(x):
    return Number.js_isNaN(x)


def isinf(x):
    return Math.abs(x) == js_Infinity


def log(x, base=None):
    return Math.log(x) if base is None else Math.log(x) / Math.log(base)


def fmod(x, y):
    __pragma__('js', '{}', 'return x % y;')


def fsum(xs):
    """Neumaier's compensated sum."""
    total = 0.0
    lost = 0.0
    for x in xs:
        t = total + x
        lost += (total - t) + x if Math.abs(total) >= Math.abs(x) else (x - t) + total
        total = t
    return total + lost


def prod(xs, *, start=1):
    result = start
    for x in xs:
        result *= x
    return result


def copysign(x, y):
    return Math.abs(x) if y > 0 or Object.js_is(y, 0) else -Math.abs(x)


def degrees(x):
    return x * 180 / Math.PI


def radians(x):
    return x * Math.PI / 180


def gcd(a, b):
    a, b = Math.abs(a), Math.abs(b)
    while b > 0:
        a, b = b, a % b
    return a


def isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0):
    return a == b or Math.abs(a - b) <= Math.max(rel_tol * Math.max(Math.abs(a), Math.abs(b)), abs_tol)
