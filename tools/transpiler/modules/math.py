"""What stands for the module `math` in JavaScript."""
# ruff: noqa: F821
pi = Math.PI
e = Math.E
tau = 2 * Math.PI
inf = js_Infinity
nan = js_NaN

# Each by itself, so that a bundler can drop those that nobody needs
acos = Math.acos
acosh = Math.acosh
asin = Math.asin
asinh = Math.asinh
atan = Math.atan
atan2 = Math.atan2
atanh = Math.atanh
cbrt = Math.cbrt
ceil = Math.ceil
cos = Math.cos
cosh = Math.cosh
exp = Math.exp
expm1 = Math.expm1
fabs = Math.abs
floor = Math.floor
hypot = Math.hypot
log10 = Math.log10
log1p = Math.log1p
log2 = Math.log2
pow = Math.pow
sin = Math.sin
sinh = Math.sinh
sqrt = Math.sqrt
tan = Math.tan
tanh = Math.tanh
trunc = Math.trunc
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
