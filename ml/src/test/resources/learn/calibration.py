"""Writes calibration.json: what scikit-learn makes of probabilities by Platt's and by isotonic calibration.

  python calibration.py > calibration.json

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.7.2.
"""
import json
import numpy as np
from scipy.optimize import minimize
from sklearn.calibration import CalibratedClassifierCV, _sigmoid_calibration
from sklearn.frozen import FrozenEstimator
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
# Three classes: each against the rest, then divided by their sum.
raw = np.stack([0.05 + np.round(20 * lcg(k, 997)) / 20 for k in (6, 7, 8)], axis=1)
shares = np.round(raw / raw.sum(axis=1, keepdims=True), 6)  # Equal ones are equal.
draw = lcg(10, 997)
cls = np.where(draw < shares[:, 0] ** 2, 0, np.where(draw < 0.5 + 0.3 * shares[:, 1], 1, 2))
iso = np.stack([IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1)
                .fit(shares[:, k], cls == k).predict(shares[:, k]) for k in range(3)], axis=1)
clipped = np.clip(iso, 1 / 999, 998 / 999)  # As near to certain as 997 rows allow.
out["several"] = (clipped / clipped.sum(axis=1, keepdims=True))[:60].tolist()

class Given:
    """A classifier that says what it is given."""
    classes_ = np.arange(3)
    def fit(self, x, y):
        return self
    def predict(self, x):
        return x.argmax(axis=1)
    def predict_proba(self, x):
        return x
    def __sklearn_is_fitted__(self):
        return True
    def __sklearn_tags__(self):
        from sklearn.utils import ClassifierTags, Tags, TargetTags
        return Tags(estimator_type="classifier", target_tags=TargetTags(required=True),
                    classifier_tags=ClassifierTags(multi_class=True))
    def get_params(self, deep=True):
        return {}

theirs = CalibratedClassifierCV(FrozenEstimator(Given()), method="isotonic").fit(shares, cls)
assert np.abs(theirs.predict_proba(shares)[:60] - out["several"]).max() < 0.003
out["asked"] = asked.tolist()
print(json.dumps(out, indent=1))
