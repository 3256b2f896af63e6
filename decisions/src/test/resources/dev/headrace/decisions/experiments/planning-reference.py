"""Reference for PlanningTest: relative effects of two arms, written apart from the product with scipy.

Run once with scipy 1.x; the figures are in PlanningTest. For each case: power at N units, and the
units that give power 0.8. Group-sequential bounds are found by root finding on multivariate normal
probabilities (three looks at 1/3, 2/3, 1; O'Brien-Fleming spending of K. Lan and D. DeMets).
"""
import numpy as np
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm


def se(kind, mean, variance, r, n0, n1, kept):
    v0 = variance if kind == "mean" else mean * (1 - mean)
    m1 = mean * (1 + r)
    v1 = variance if kind == "mean" else m1 * (1 - m1)
    ratio = m1 / mean
    # gradient of m1 / m0 at the two means
    g1, g0 = 1 / mean, -ratio / mean
    return np.sqrt(kept * (g1**2 * v1 / n1 + g0**2 * v0 / n0))


def fixed(z, alpha):
    c = norm.isf(alpha / 2)
    return norm.sf(c - z) + norm.cdf(-c - z)


T = np.array([1 / 3, 2 / 3, 1.0])
COV = np.array([[np.sqrt(min(a, b) / max(a, b)) for b in T] for a in T])


def inside(bounds, drift):
    k = len(bounds)
    mean = drift * np.sqrt(T[:k])
    b = np.array(bounds)
    return multivariate_normal(mean, COV[:k, :k], abseps=1e-10, releps=1e-10, maxpts=2_000_000).cdf(
        b, lower_limit=-b
    )


def obf(alpha):
    spent = [2 * 2 * norm.sf(norm.isf(alpha / 4) / np.sqrt(t)) for t in T]  # both sides
    bounds = []
    for s in spent:
        bounds.append(brentq(lambda c: 1 - inside(bounds + [c], 0) - s, 1, 8, xtol=1e-9))
    return bounds


def groups(z, alpha):
    return 1 - inside(obf(alpha), z)


CASES = [
    # kind, mean, variance, baseline share, treatment share, alpha, kept variance, test, effect, N
    ("mean", 10, 9, 0.5, 0.5, 0.05, 1.0, fixed, 0.02, 8000),
    ("mean", 10, 9, 0.9, 0.1, 0.05, 1.0, fixed, 0.05, 4000),
    ("mean", 2.5, 40, 0.5, 0.5, 0.05 / 6, 0.6, fixed, -0.1, 20000),
    ("proportion", 0.1, None, 0.5, 0.5, 0.05, 1.0, fixed, 0.1, 30000),
    ("proportion", 0.03, None, 0.4, 0.2, 0.01, 0.8, fixed, 0.2, 50000),
    ("proportion", 0.1, None, 0.5, 0.5, 0.05, 1.0, groups, 0.1, 30000),
    ("mean", 10, 9, 0.25, 0.75, 0.05, 1.0, groups, 0.03, 4000),
]
for kind, m, v, s0, s1, alpha, kept, test, r, n in CASES:
    power = lambda units: test(abs(r) / se(kind, m, v, r, units * s0, units * s1, kept), alpha)
    units = brentq(lambda u: power(u) - 0.8, 50, 1e7, xtol=1e-3)
    print(kind, m, v, s0, s1, alpha, kept, test.__name__, r, n, "power", repr(float(power(n))), "units", units)
