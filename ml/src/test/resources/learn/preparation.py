"""Writes preparation.json: what scikit-learn makes of a column with gaps, by what stands for them
and how it is scaled; and how many rows of two classes imbalanced-learn leaves.

  python preparation.py > preparation.json

Made with Python 3.11, numpy 2.4.6, scikit-learn 1.7.2, imbalanced-learn 0.14.2.
"""
import json
import numpy as np
from imblearn.over_sampling import RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

# A small congruential generator, so that the test can make the same numbers.
def lcg(seed, n):
    state, made = seed, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31)
    return np.array(made)

x = np.floor(40 * lcg(5, 997) ** 2) / 4 - 3  # skewed, with ties and numbers below zero
x[lcg(6, 997) < 0.2] = np.nan
asked = np.append(np.linspace(-5, 9, 29), np.nan).reshape(-1, 1)
fills = {
    "mean": SimpleImputer(strategy="mean"),
    "median": SimpleImputer(strategy="median"),
    "most-frequent": SimpleImputer(strategy="most_frequent"),
    "zero": SimpleImputer(strategy="constant", fill_value=0),
}
scales = {
    "standard": StandardScaler,
    "min-max": MinMaxScaler,
    "robust": RobustScaler,
    "none": None,
}
made = {}
for fill, imputer in fills.items():
    for scale, scaler in scales.items():
        steps = [imputer] if scaler is None else [imputer, scaler()]
        pipeline = make_pipeline(*steps).fit(x.reshape(-1, 1))
        made[f"{fill} {scale}"] = pipeline.transform(asked)[:, 0].tolist()
sampled = []
for few, many, share in [(10, 90, 1.0), (10, 90, 0.5), (7, 100, 0.3), (33, 101, 0.75)]:
    label = np.array([1] * few + [0] * many)
    rows = np.arange(len(label)).reshape(-1, 1)
    _, over = RandomOverSampler(sampling_strategy=share).fit_resample(rows, label)
    _, under = RandomUnderSampler(sampling_strategy=share).fit_resample(rows, label)
    sampled.append({"few": few, "many": many, "share": share,
        "over": [int((over == k).sum()) for k in (0, 1)],
        "under": [int((under == k).sum()) for k in (0, 1)]})
print(json.dumps({"asked": asked[:-1, 0].tolist(), "made": made, "sampled": sampled}, indent=1))
