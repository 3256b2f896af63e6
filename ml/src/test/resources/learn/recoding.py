"""Writes recoding.json: what scikit-learn makes of columns by mean labels and by quantiles.

  python recoding.py > recoding.json

Made with Python 3.11, numpy 2.4.6, scikit-learn 1.7.2.
"""
import json
import numpy as np
from sklearn.preprocessing import QuantileTransformer, TargetEncoder

# A small congruential generator, so that the test can make the same numbers.
def lcg(seed, n):
    state, made = seed, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31)
    return np.array(made)

text = np.floor(lcg(1, 997) ** 2 * 40).astype(int)
label = (lcg(2, 997) < 0.2 + 0.5 * (text % 3 == 0)).astype(int)
number = 10 * lcg(3, 997)
x = np.round(lcg(4, 997) * 64) / 64  # ties
encoder = lambda kind, y: TargetEncoder(smooth=10, target_type=kind).fit(text.reshape(-1, 1), y)
asked = np.linspace(0.02, 0.98, 49)
few = QuantileTransformer(n_quantiles=997, subsample=None).fit(x.reshape(-1, 1))
out = {
    "levels": np.unique(text).tolist(),
    "of-classes": encoder("binary", label).encodings_[0].tolist(),
    "of-numbers": encoder("continuous", number).encodings_[0].tolist(),
    "asked": asked.tolist(),
    "quantiles-of": few.transform(asked.reshape(-1, 1))[:, 0].tolist(),
    "quantiles-of-ties": few.transform((np.arange(1, 64) / 64).reshape(-1, 1))[:, 0].tolist(),
}
print(json.dumps(out, indent=1))
