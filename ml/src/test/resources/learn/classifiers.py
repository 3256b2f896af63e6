"""Writes classifiers.json: what scikit-learn's learners say of california_housing.

  python classifiers.py .../shared/data/california_housing/housing.csv > classifiers.json

Made with Python 3.11, numpy 2.4, pandas 3.1, scikit-learn 1.9.1, statsmodels 0.15.
Rows without total_bedrooms are left out; the eight numbers have mean 0 and deviation 1; the
classes are the texts of ocean_proximity without ISLAND, which has five rows.
"""
import json, sys, warnings
import numpy as np, pandas as pd, statsmodels.api as sm
from sklearn import linear_model, naive_bayes, neighbors, tree, ensemble

warnings.filterwarnings("ignore")
data = pd.read_csv(sys.argv[1]).dropna().reset_index(drop=True)
data = data[data["ocean_proximity"] != "ISLAND"].reset_index(drop=True)
value = data.pop("median_house_value").to_numpy()
classes = data.pop("ocean_proximity")
numbers = data.to_numpy(float)
z = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
weight = 0.5 + (np.arange(len(z)) % 7) / 7
out = {}
some = slice(0, None, 5)
for name, model, w in (
    ("l2", linear_model.LogisticRegression(C=0.5, tol=1e-12, solver="newton-cg", max_iter=10**5), None),
    ("weighted", linear_model.LogisticRegression(C=0.5, tol=1e-12, solver="newton-cg", max_iter=10**5), weight[some]),
    ("l1", linear_model.LogisticRegression(C=1 / 20, l1_ratio=1.0, tol=1e-10, solver="saga", max_iter=10**6), None)):
    model.fit(z[some], classes[some], sample_weight=w)
    if name == "l1":  # a shift of all classes changes nothing: that which makes the middle one zero
        b = model.coef_
        low, high, mean = np.sort(b, axis=0)[1], np.sort(b, axis=0)[2], b.mean(axis=0)
        model.coef_ = b - np.where(mean - low <= high - mean, low, high)
    p = model.predict_proba(z[some])
    out[name] = {"classes": list(model.classes_), "intercepts": (model.intercept_ - model.intercept_.mean()).tolist(),
                 "coefficients": model.coef_.tolist(), "first": p[:5].tolist()}
# Naive Bayes of the numbers, and of the numbers cut into codes; its probabilities of five rows.
x, c = z[some], classes[some].to_numpy()
gaussian = naive_bayes.GaussianNB().fit(x, c)
codes = np.floor(np.clip(x, -1, 1.99) + 1).astype(int)
frequencies = naive_bayes.CategoricalNB(alpha=2.0).fit(codes, c, sample_weight=weight[some])
out["bayes"] = {"gaussian": gaussian.predict_proba(x[:20]).tolist(),
                "categorical": frequencies.predict_proba(codes[:20]).tolist()}
# Neighbours: learnt from all but the first twenty of these rows.
out["neighbours"] = {
    "classes": neighbors.KNeighborsClassifier(7, algorithm="brute").fit(x[20:], c[20:]).predict_proba(x[:20]).tolist(),
    "by-distance": neighbors.KNeighborsClassifier(7, weights="distance", algorithm="brute").fit(x[20:], c[20:]).predict_proba(x[:20]).tolist(),
    "number": neighbors.KNeighborsRegressor(7, algorithm="brute").fit(x[20:], value[some][20:]).predict(x[:20]).tolist()}
# Counts: the value in ten thousands, rounded.
counts = np.floor(value[some] / 10000)
plain = sm.GLM(counts, sm.add_constant(x), family=sm.families.Poisson()).fit(tol=1e-14, maxiter=100)
rates = sm.GLM(counts, sm.add_constant(x), family=sm.families.Poisson(), exposure=weight[some]).fit(tol=1e-14, maxiter=100)
ridge = linear_model.PoissonRegressor(alpha=300 / len(counts), tol=1e-12, max_iter=10**4, solver="newton-cholesky").fit(x, counts)
out["poisson"] = {"params": plain.params.tolist(), "bse": plain.bse.tolist(), "p": plain.pvalues.tolist(),
                  "rates": rates.params.tolist(), "rates-bse": rates.bse.tolist(),
                  "l2": [ridge.intercept_] + ridge.coef_.tolist()}
# A tree of classes and one of numbers; what a forest reaches on rows it has not seen.
cart = tree.DecisionTreeClassifier(max_depth=4, min_samples_leaf=20, random_state=0).fit(x, c, sample_weight=weight[some])
regression = tree.DecisionTreeRegressor(max_depth=4, min_samples_leaf=20, random_state=0).fit(x, value[some])
half = len(x) // 2
forest = ensemble.RandomForestClassifier(60, max_depth=16, min_samples_leaf=5, max_features=2, random_state=0).fit(x[:half], c[:half])
numbers_forest = ensemble.RandomForestRegressor(60, max_depth=16, min_samples_leaf=5, max_features=2, random_state=0).fit(x[:half], value[some][:half])
out["trees"] = {"classes": cart.predict_proba(x[:200]).tolist(), "numbers": regression.predict(x[:200]).tolist(),
                "accuracy": forest.score(x[half:], c[half:]), "r2": numbers_forest.score(x[half:], value[some][half:])}
json.dump(out, sys.stdout, indent=1)
