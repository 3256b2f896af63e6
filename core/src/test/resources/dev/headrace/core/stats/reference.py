"""Reference values of ReferenceTest, from scipy, statsmodels and mpmath.

Run once: python reference.py > reference.json
Each case: the name of a function that ReferenceTest knows, its arguments, the value, and the relative
tolerance where it is not 1e-9 because the peer itself is not that exact.
"""
import importlib.metadata
import json
import sys

import mpmath as mp
import numpy as np
import scipy
import scipy.stats as st
import statsmodels
import statsmodels.stats.multitest as mt
import statsmodels.stats.oneway as ow
import statsmodels.stats.power as pw
import statsmodels.stats.proportion as pr

mp.mp.dps = 40
cases = []


def case(name, args, value, rel=1e-9):
    values = np.atleast_1d(np.array(value, dtype=object)).tolist()
    cases.append(
        {
            "name": name,
            "args": args,
            "value": [str(v) if not np.isfinite(float(v)) else float(v) for v in values],
            "rel": rel,
        }
    )


# Distributions, by mpmath: forty digits.
def t_upper(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    return mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


for df in (1, 2.5, 5, 30, 200, 399, 401, 1000, 5000, 100000):
    for t in (0.01, 0.7, 1.96, 4.0, 9.0):
        case("t.upper", [t, df], t_upper(t, df), 1e-12)
        case("t.upperQuantile", [float(t_upper(t, df)), df], t, 1e-11)
for z in (0.1, 0.6, 0.7, 2.0, 5.6, 5.7, 12.0, 37.0):
    case("normal.upper", [z], mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2, 1e-14)
    case("normal.upperQuantile", [float(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2)], z, 1e-13)
for a, b, x in ((0.5, 0.5, 0.1), (2, 3, 0.999), (0.01, 5, 1e-10), (50, 1, 0.2), (12, 200, 0.04)):
    lower = mp.betainc(a, b, 0, mp.mpf(x), regularized=True)
    upper = mp.betainc(a, b, mp.mpf(x), 1, regularized=True)
    case("beta.lower", [x, a, b], lower, 1e-12)
    case("beta.upper", [x, a, b], upper, 1e-12)
    if 1e-13 < lower < 0.999:
        case("beta.quantile", [float(lower), a, b], x, 1e-10)


def beta_by_quadrature(a, b, x):
    """For large shapes, where mpmath's series take for ever."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    sd = mp.sqrt(a * b / (a + b) ** 2 / (a + b + 1))
    log = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    density = lambda u: mp.exp(log + (a - 1) * mp.log(u) + (b - 1) * mp.log(1 - u))
    return (
        mp.quad(density, mp.linspace(x - 40 * sd, x, 60)),
        mp.quad(density, mp.linspace(x, x + 40 * sd, 60)),
    )


for a, b, x in (("1e6", "2e6", "0.3335"), ("3e7", "5e7", "0.3752")):
    lower, upper = beta_by_quadrature(a, b, x)
    case("beta.lower", [float(x), float(a), float(b)], lower, 2e-12)
    case("beta.upper", [float(x), float(a), float(b)], upper, 2e-12)
for shape, x in ((0.5, 1e-5), (1, 20), (3, 100), (0.01, 3), (40, 33), (150, 200)):
    case("gamma.lower", [x, shape], mp.gammainc(shape, 0, mp.mpf(x), regularized=True), 1e-12)
    upper = mp.gammainc(shape, mp.mpf(x), mp.inf, regularized=True)
    case("gamma.upper", [x, shape], upper, 1e-12)
    case("gamma.upperQuantile", [float(upper), shape], x, 1e-10)


def gamma_by_quadrature(shape, x):
    """The tail, by integrating the density over 60 standard deviations."""
    sd = mp.sqrt(shape)
    log = mp.loggamma(shape)
    density = lambda t: mp.exp((shape - 1) * mp.log(t) - t - log)
    return mp.quad(density, mp.linspace(x, max(x, shape) + 60 * sd, 61))


for shape in (2e5, 1e8, 1e12):
    for z in (-6, -1.25, 0, 0.5, 3, 12):
        x = float(shape + z * shape**0.5)
        upper = gamma_by_quadrature(mp.mpf(shape), mp.mpf(x))
        case("gamma.upper", [x, shape], upper, 1e-11)
        if z >= 0:
            case("gamma.upperQuantile", [float(upper), shape], x, 1e-12)
for x, d1, d2 in ((1.3, 3, 20), (0.2, 1, 5), (6.0, 4, 300), (2.5, 7.5, 11.2)):
    tail = mp.betainc(mp.mpf(d2) / 2, mp.mpf(d1) / 2, 0, d2 / (d2 + d1 * mp.mpf(x)), regularized=True)
    case("f.upper", [x, d1, d2], tail, 1e-12)
    case("f.upperQuantile", [float(tail), d1, d2], x, 1e-10)
for k, n, p in ((0, 10, 0.3), (3, 10, 0.3), (500, 1000, 0.45), (12, 100000, 1e-4), (10, 10, 0.9)):
    case("binomial.probability", [k, n, p], mp.binomial(n, k) * mp.mpf(p) ** k * (1 - mp.mpf(p)) ** (n - k), 1e-12)
    case("binomial.lower", [k, n, p], st.binom.cdf(k, n, p))
    case("binomial.upper", [k, n, p], mp.quad(lambda u: 1, [0, 0]) if k >= n else mp.betainc(k + 1, n - k, 0, mp.mpf(p), regularized=True), 1e-11)
for k, total, marked, drawn in ((3, 20, 8, 7), (0, 50, 5, 10), (140, 1000, 300, 500)):
    value = mp.binomial(marked, k) * mp.binomial(total - marked, drawn - k) / mp.binomial(total, drawn)
    case("hypergeometric.probability", [k, total, marked, drawn], value, 1e-12)
for k, rate in ((0, 2.5), (4, 2.5), (130, 100.0)):
    case("poisson.upper", [k, rate], st.poisson.sf(k, rate))


def noncentral_t_upper(t, df, delta):
    t, df, delta = mp.mpf(t), mp.mpf(df), mp.mpf(delta)
    log = (1 - df / 2) * mp.log(2) - mp.loggamma(df / 2)
    chi = lambda x: mp.exp(log + (df - 1) * mp.log(x) - x * x / 2)
    tail = lambda x: mp.erfc((t * x / mp.sqrt(df) - delta) / mp.sqrt(2)) / 2
    top = mp.sqrt(df)
    return mp.quad(lambda x: chi(x) * tail(x), [mp.mpf(10) ** -20] + list(mp.linspace(0.02 * top, 3 * top + 12, 60)))


for t, df, delta in ((2.0, 10, 1.0), (1.7, 3, 0.2), (4.0, 58, 3.87), (50.0, 20, 45.0), (-1.0, 12, 0.5)):
    case("noncentralT.upper", [t, df, delta], noncentral_t_upper(t, df, delta), 1e-11)
for x, df, lam in ((5.0, 3, 2.0), (30.0, 4, 20.0), (900.0, 2, 800.0)):
    case("noncentralChi2.upper", [x, df, lam], st.ncx2.sf(x, df, lam))
for x, d1, d2, lam in ((2.5, 3, 40, 5.0), (4.0, 2, 10, 12.0)):
    case("noncentralF.upper", [x, d1, d2, lam], st.ncf.sf(x, d1, d2, lam))

# Samples shared with the test by argument.
rng = np.random.default_rng(20261121)
a = np.round(rng.normal(0.4, 1.3, 23), 6)
b = np.round(rng.normal(0.0, 1.0, 31), 6)
c = np.round(rng.exponential(1.0, 17), 6)
tied_a = np.round(rng.poisson(2.0, 25), 0)
tied_b = np.round(rng.poisson(2.6, 28), 0)
L = lambda x: [float(v) for v in x]
sides = {"two-sided": "TWO_SIDED", "greater": "GREATER", "less": "LESS"}
for side, ours in sides.items():
    r = st.ttest_ind(a, b, equal_var=False, alternative=side)
    ci = r.confidence_interval(0.95)
    case("welch", [L(a), L(b), ours], [r.statistic, r.pvalue, r.df, ci.low, ci.high])
    r = st.ttest_ind(a, b, equal_var=True, alternative=side)
    case("pooled", [L(a), L(b), ours], [r.statistic, r.pvalue])
    r = st.ttest_rel(a, b[:23], alternative=side)
    case("paired", [L(a), L(b[:23]), ours], [r.statistic, r.pvalue])
    r = st.ttest_1samp(a, 0.1, alternative=side)
    case("oneSample", [L(a), 0.1, ours], [r.statistic, r.pvalue])
    r = st.mannwhitneyu(a, b, alternative=side, method="exact")
    case("mannWhitney", [L(a), L(b), "EXACT", ours], [r.statistic, r.pvalue])
    r = st.mannwhitneyu(a, b, alternative=side, method="asymptotic")
    case("mannWhitney", [L(a), L(b), "NORMAL", ours], [r.statistic, r.pvalue])
    r = st.mannwhitneyu(tied_a, tied_b, alternative=side, method="asymptotic")
    case("mannWhitney", [L(tied_a), L(tied_b), "AUTOMATIC", ours], [r.statistic, r.pvalue])
    for table in ([[8, 2], [1, 5]], [[100, 120], [90, 150]], [[0, 7], [3, 9]]):
        r = st.fisher_exact(table, alternative=side)
        case("fisher", [table[0][0], table[0][1], table[1][0], table[1][1], ours], r.pvalue)
    for k, n, p in ((7, 20, 0.5), (3, 50, 0.2), (0, 12, 0.1), (40, 60, 0.55)):
        case("binomialTest", [k, n, p, ours], st.binomtest(k, n, p, alternative=side).pvalue)
    case("twoShares", [45, 300, 70, 310, "POOLED", ours], list(pr.proportions_ztest([45, 70], [300, 310], alternative={"two-sided": "two-sided", "greater": "larger", "less": "smaller"}[side])))
for x, y in ((a, b), (b, c), (a[:9], b[:9]), (tied_a, tied_b)):
    r = st.ks_2samp(x, y, method="exact")
    case("ks2", [L(x), L(y), "EXACT"], [r.statistic, r.pvalue])
    d = r.statistic * np.sqrt(len(x) * len(y) / (len(x) + len(y)))
    case("ks2", [L(x), L(y), "ASYMPTOTIC"], [r.statistic, scipy.special.kolmogorov(d)])
for x in (a, b, c, c + 1.2):
    r = st.ks_1samp(x, st.norm.cdf, method="exact")
    case("ks1", [L(x), "EXACT"], [r.statistic, r.pvalue])
r = st.f_oneway(a, b, c)
case("anova", [L(a), L(b), L(c)], [r.statistic, r.pvalue])
r = ow.anova_oneway([a, b, c], use_var="unequal")
case("welchAnova", [L(a), L(b), L(c)], [r.statistic, r.pvalue])
r = st.kruskal(a, b, c)
case("kruskal", [L(a), L(b), L(c)], [r.statistic, r.pvalue])
r = st.kruskal(tied_a, tied_b, tied_a[:11] + 1)
case("kruskal", [L(tied_a), L(tied_b), L(tied_a[:11] + 1)], [r.statistic, r.pvalue])
for center, ours in (("mean", "MEAN"), ("median", "MEDIAN")):
    r = st.levene(a, b, c, center=center)
    case("levene", [ours, L(a), L(b), L(c)], [r.statistic, r.pvalue])
for table in ([[10, 20, 30], [6, 9, 17]], [[12, 5], [3, 9]]):
    r = st.chi2_contingency(table, correction=False)
    case("independence", [table, "NONE"], [r.statistic, r.pvalue, r.dof])
r = st.chi2_contingency([[12, 5], [3, 9]], correction=True)
case("independence", [[[12, 5], [3, 9]], "YATES"], [r.statistic, r.pvalue, r.dof])
r = st.chisquare([30, 14, 34], np.array([0.4, 0.2, 0.4]) * 78)
case("goodnessOfFit", [[30, 14, 34], [0.4, 0.2, 0.4]], [r.statistic, r.pvalue])

# Intervals of proportions.
names = {"normal": "WALD", "wilson": "WILSON", "agresti_coull": "AGRESTI_COULL", "beta": "CLOPPER_PEARSON", "jeffreys": "JEFFREYS"}
for method, ours in names.items():
    for k, n in ((7, 34), (1, 50), (49, 50), (4000, 10000)):
        case("share", [ours, k, n, 0.05], list(pr.proportion_confint(k, n, 0.05, method=method)))
    if method in ("wilson", "beta"):
        case("share", [ours, 0, 20, 0.01], list(pr.proportion_confint(0, 20, 0.01, method=method)))
for k1, n1, k2, n2 in ((7, 34, 1, 34), (20, 100, 35, 120), (500, 9000, 450, 9100)):
    i = lambda compare, method, **kw: list(pr.confint_proportions_2indep(k1, n1, k2, n2, compare=compare, method=method, **kw))
    case("twoSharesInterval", ["newcombe", k1, n1, k2, n2], i("diff", "newcomb"))
    case("twoSharesInterval", ["agrestiCaffo", k1, n1, k2, n2], i("diff", "agresti-caffo"))
    case("twoSharesInterval", ["koopman", k1, n1, k2, n2], i("ratio", "score", correction=False), 1e-7)
    case("twoSharesInterval", ["katz", k1, n1, k2, n2], i("ratio", "log"))
    case("twoSharesInterval", ["oddsRatio", k1, n1, k2, n2], i("odds-ratio", "score", correction=True), 1e-7)

    # statsmodels' score interval of differences uses count0 where Miettinen and Nurminen have n0: by brute force instead.
    def score(d, factor):
        log = lambda p: k1 * mp.log(p + d) + (n1 - k1) * mp.log(1 - p - d) + k2 * mp.log(p) + (n2 - k2) * mp.log(1 - p)
        slope = lambda p: k1 / (p + d) - (n1 - k1) / (1 - p - d) + k2 / p - (n2 - k2) / (1 - p)
        low, high = max(mp.mpf(0), -d), min(mp.mpf(1), 1 - d)
        for _ in range(140):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        p = (low + high) / 2
        return (mp.mpf(k1) / n1 - mp.mpf(k2) / n2 - d) / mp.sqrt(factor * ((p + d) * (1 - p - d) / n1 + p * (1 - p) / n2))

    def ends(factor):
        z = mp.sqrt(2) * mp.erfinv(mp.mpf("0.95"))
        estimate = mp.mpf(k1) / n1 - mp.mpf(k2) / n2
        result = []
        for target, low, high in ((z, mp.mpf("-0.999999"), estimate), (-z, estimate, mp.mpf("0.999999"))):
            for _ in range(70):
                middle = (low + high) / 2
                low, high = (middle, high) if score(middle, factor) > target else (low, middle)
            result.append((low + high) / 2)
        return result

    n = mp.mpf(n1 + n2)
    case("twoSharesInterval", ["miettinenNurminen", k1, n1, k2, n2], ends(n / (n - 1)), 1e-8)
    case("twoSharesInterval", ["mee", k1, n1, k2, n2], ends(mp.mpf(1)), 1e-8)

# Corrections.
families = [
    [0.01, 0.04, 0.03, 0.005, 0.55, 0.6],
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0],
    [0.02, 0.02, 0.02],
    [0.3],
]
methods = {"b": "BONFERRONI", "s": "SIDAK", "h": "HOLM", "hs": "HOLM_SIDAK", "sh": "HOCHBERG", "ho": "HOMMEL", "fdr_bh": "BENJAMINI_HOCHBERG", "fdr_by": "BENJAMINI_YEKUTIELI", "fdr_tsbky": "TWO_STAGE_BKY", "fdr_tsbh": "TWO_STAGE_BH"}
for family in families:
    for method, ours in methods.items():
        if method.startswith("fdr_ts") and len(family) < 4:
            continue
        sm = {"b": "bonferroni", "s": "sidak", "h": "holm", "hs": "holm-sidak", "sh": "simes-hochberg", "ho": "hommel"}.get(method, method)
        case("correct", [ours, family], mt.multipletests(family, 0.05, sm)[1].tolist())

# Power.
for d, n, ratio, alt, ours in ((0.2, 150, 1, "two-sided", "TWO_SIDED"), (0.5, 20, 2, "larger", "GREATER"), (-0.3, 80, 0.5, "smaller", "LESS"), (0.01, 5000, 1, "two-sided", "TWO_SIDED")):
    case("power.twoSampleT", [d, n, n * ratio, 0.05, ours], pw.TTestIndPower().power(d, n, 0.05, ratio=ratio, alternative=alt), 1e-8)
case("power.oneSampleT", [0.3, 40, 0.05, "TWO_SIDED"], pw.TTestPower().power(0.3, 40, 0.05), 1e-8)
case("power.anova", [0.25, 200, 4, 0.05], pw.FTestAnovaPower().power(0.25, 200, 0.05, 4))
case("power.chiSquared", [0.3, 100, 3, 0.05], pw.GofChisquarePower().power(0.3, 100, 0.05, n_bins=4))
case("power.proportions", [0.12, 900, 0.10, 800, 0.05, "TWO_SIDED"], pw.NormalIndPower().power(pr.proportion_effectsize(0.12, 0.10), 900, 0.05, ratio=800 / 900))
case("size.twoSampleT", [0.3, 1, 0.05, 0.8, "TWO_SIDED"], pw.TTestIndPower().solve_power(0.3, None, 0.05, 0.8), 1e-7)

# Mixture boundaries (Howard et al. 2021): the mixture integrals themselves, by quadrature.
def rho(v, alpha):
    return v / (2 * mp.log(1 / mp.mpf(alpha)) + mp.log(1 + 2 * mp.log(1 / mp.mpf(alpha))))


def normal_mixture(s, v, r, one_sided):
    density = lambda x: mp.exp(-r * x * x / 2) * mp.sqrt(r / (2 * mp.pi)) * (2 if one_sided else 1)
    return mp.log(mp.quad(lambda x: density(x) * mp.exp(x * s - x * x * v / 2), mp.linspace(0 if one_sided else -6, 6, 60)))


for s, v in ((3.0, 20.0), (25.0, 100.0), (0.0, 50.0)):
    case("mixture.normal", [s, v, 100.0, 0.05], normal_mixture(mp.mpf(s), mp.mpf(v), rho(mp.mpf(100), "0.05"), False))
    case("mixture.oneSidedNormal", [s, v, 100.0, 0.05], normal_mixture(mp.mpf(s), mp.mpf(v), rho(mp.mpf(100), "0.1"), True))


def gamma_exponential(s, v, r, c):
    """Mixture over lambda in [0, 1/c) of exp(lambda s - psi_E(lambda) v), psi_E = (-log(1 - c l) - c l) / c^2."""
    shape = r / c**2
    weight = lambda l: mp.exp(-((-mp.log(1 - c * l) - c * l) / c**2) * r) / 1
    # Gamma density in u = (1 - c l): proportional to u^(shape - 1) e^(-shape u) on (0, 1].
    density = lambda u: u ** (shape - 1) * mp.exp(-shape * u)
    total = mp.quad(density, mp.linspace(0, 1, 20))
    value = mp.quad(lambda u: density(u) * mp.exp((1 - u) / c * s - (-mp.log(u) - (1 - u)) / c**2 * v), mp.linspace(0, 1, 60))
    return mp.log(value / total)


def gamma_poisson(s, v, r, c):
    """Mixture over lambda >= 0 of exp(lambda s - psi_P(lambda) v), psi_P = (e^(c l) - c l - 1) / c^2; e^(c l) gamma."""
    shape = r / c**2
    density = lambda u: u ** (shape - 1) * mp.exp(-shape * u)
    grid = [mp.mpf(1) + (mp.mpf(k) / 60) ** 2 * 60 for k in range(61)]
    total = mp.quad(density, grid)
    value = mp.quad(lambda u: density(u) * mp.exp(mp.log(u) / c * s - (u - mp.log(u) - 1) / c**2 * v), grid)
    return mp.log(value / total)


for s, v in ((6.0, 20.0), (25.0, 100.0)):
    case("mixture.gammaExponential", [s, v, 100.0, 0.05, 1.0], gamma_exponential(mp.mpf(s), mp.mpf(v), rho(mp.mpf(100), "0.1"), mp.mpf(1)), 1e-8)
    case("mixture.gammaPoisson", [s, v, 100.0, 0.05, 1.0], gamma_poisson(mp.mpf(s), mp.mpf(v), rho(mp.mpf(100), "0.1"), mp.mpf(1)), 1e-8)


def beta_binomial(s, v, r, g, h, one_sided):
    """Mixture over p of the likelihood ratio of Bernoulli(p) to Bernoulli(g / (g + h)), p beta(…)."""
    n = v / (g * h)
    ones = (n * g + s) / (g + h)
    base = g / (g + h)
    a, b = r / (h * (g + h)), r / (g * (g + h))
    start = base if one_sided else mp.mpf(0)
    density = lambda p: p ** (a - 1) * (1 - p) ** (b - 1)
    grid = mp.linspace(start, 1, 60)
    ratio = lambda p: mp.exp(ones * mp.log(p / base) + (n - ones) * mp.log((1 - p) / (1 - base)))
    return mp.log(mp.quad(lambda p: density(p) * ratio(p), grid) / mp.quad(density, grid))


for s, g, h in ((4.0, 0.5, 0.5), (3.0, 0.1, 0.9)):
    v = 100 * g * h
    for one in (True, False):
        r = rho(mp.mpf(50), "0.1" if one else "0.05") - mp.mpf(g) * mp.mpf(h)
        case("mixture.oneSidedBetaBinomial" if one else "mixture.betaBinomial", [s, v, 50.0, 0.05, g, h], beta_binomial(mp.mpf(s), mp.mpf(v), r, mp.mpf(g), mp.mpf(h), one), 1e-8)
for v, vmin, cc in ((10.0, 1.0, 0.0), (500.0, 10.0, 0.7)):
    s, eta = mp.mpf("1.4"), mp.mpf(2)
    k1, k2 = (eta ** mp.mpf("0.25") + eta ** mp.mpf("-0.25")) / mp.sqrt(2), (mp.sqrt(eta) + 1) / 2
    l = s * mp.log(mp.log(eta * v / vmin)) + mp.log(mp.zeta(s) / (mp.mpf("0.05") * mp.log(eta) ** s))
    case("stitching", [v, 0.05, vmin, cc, 1.4, 2.0], mp.sqrt(k1**2 * v * l + (k2 * cc * l) ** 2) + k2 * cc * l)

made = {
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
    "mpmath": importlib.metadata.version("mpmath"),
    "numpy": np.__version__,
}
lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases)
sys.stdout.write('{"made":%s,\n"cases":[\n%s\n]}\n' % (json.dumps(made), lines))
