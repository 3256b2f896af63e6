"""Writes calibration.json: what scikit-learn makes of probabilities by Platt's and by isotonic calibration.

  python calibration.py > calibration.json

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.7.2.
"""
import json
import numpy as np
from scipy.optimize import minimize
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression

# A small congruential generator, so that the test can make the same numbers.
def lcg(seed, n):
    state, made = seed, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31)
    return np.array(made)

score = np.clip(np.round(lcg(1, 997), 2), 0.01, 0.99)  # many ties
label = (lcg(2, 997) < 0.2 + 0.5 * score).astype(float)
weight = 0.5 + lcg(3, 997)
asked = np.linspace(0.001, 0.999, 41)
z = np.log(score / (1 - score))
zasked = np.log(asked / (1 - asked))
out = {}
for name, w in (("plain", np.ones(997)), ("weighted", weight)):
    a, b = _sigmoid_calibration(z, label, sample_weight=w)
    iso = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(score, label, sample_weight=w)
    # The same minimum, to more digits than its optimiser stops at.
    pos, neg = w[label == 1].sum(), w[label == 0].sum()
    t = np.where(label == 1, (pos + 1) / (pos + 2), 1 / (neg + 2))
    def loss(ab):
        f = ab[0] * z + ab[1]
        p = 1 / (1 + np.exp(-f))
        return np.sum(w * (np.logaddexp(0, f) - t * f)), np.array([np.sum(w * (p - t) * z), np.sum(w * (p - t))])
    exact = minimize(loss, [-a, -b], jac=True, method="BFGS", options={"gtol": 1e-12}).x
    out[name] = {
        "sklearn": [float(-a), float(-b)],
        "platt": exact.tolist(),
        "platt-of": (1 / (1 + np.exp(-(exact[0] * zasked + exact[1])))).tolist(),
        "isotonic-of": iso.predict(asked).tolist(),
    }
out["asked"] = asked.tolist()
print(json.dumps(out, indent=1))
