"""Writes reference.json: what statsmodels, SciPy and scikit-learn say of california_housing.

  python reference.py .../shared/data/california_housing/housing.csv > reference.json

Made with Python 3.11, numpy 2, scipy 1.17.1, statsmodels 0.15.0, scikit-learn 1.9.1.
Rows without total_bedrooms are left out; ocean_proximity is one-hot without its first level.
"""
import json, sys, warnings
import numpy as np, pandas as pd, statsmodels.api as sm
from scipy import stats
from sklearn import linear_model
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.stats.stattools import durbin_watson, jarque_bera

warnings.filterwarnings("ignore")
data = pd.read_csv(sys.argv[1]).dropna().reset_index(drop=True)
y = data.pop("median_house_value").to_numpy()
numbers = data.drop(columns="ocean_proximity")
hot = pd.get_dummies(data["ocean_proximity"], drop_first=True).astype(float)
x = sm.add_constant(pd.concat([numbers, hot], axis=1).to_numpy(float))
fit = sm.OLS(y, x).fit()
influence = fit.get_influence()
cooks = influence.cooks_distance[0]
top = np.argsort(-cooks)[:10]
bp = het_breuschpagan(fit.resid, x)
jb = jarque_bera(fit.resid)
first = stats.shapiro(fit.resid[:3000])
small = {n: stats.shapiro(fit.resid[:n]) for n in (3, 4, 5, 6, 11, 12, 50)}
out = {"ols": {
    "rows": len(y), "params": fit.params.tolist(), "bse": fit.bse.tolist(),
    "t": fit.tvalues.tolist(), "p": fit.pvalues.tolist(), "ci": fit.conf_int().tolist(),
    "hc": [getattr(fit, k).tolist() for k in ("HC0_se", "HC1_se", "HC2_se", "HC3_se")],
    "vif": [variance_inflation_factor(x, j) for j in range(1, x.shape[1])],
    "r2": fit.rsquared, "adj": fit.rsquared_adj, "f": fit.fvalue, "fp": fit.f_pvalue,
    "llf": fit.llf, "aic": fit.aic, "bic": fit.bic, "s": float(np.sqrt(fit.mse_resid)),
    "bp": [bp[0], bp[1]], "dw": durbin_watson(fit.resid), "jb": list(map(float, jb)),
    "shapiro3000": [first.statistic, first.pvalue],
    "shapiro": {n: [v.statistic, v.pvalue] for n, v in small.items()},
    "cooks": [[int(i), cooks[i], influence.hat_matrix_diag[i], fit.resid[i]] for i in top]}}

z = ((numbers - numbers.mean()) / numbers.std(ddof=0)).to_numpy()
for name, model in (("ridge", linear_model.Ridge(alpha=100.0, solver="cholesky")),
                    ("lasso", linear_model.Lasso(alpha=500.0, tol=1e-14, max_iter=10**6)),
                    ("elastic", linear_model.ElasticNet(alpha=0.5, l1_ratio=0.3, tol=1e-14, max_iter=10**6))):
    model.fit(z, y)
    out[name] = {"intercept": model.intercept_, "coef": model.coef_.tolist()}

rich = (y > 200000).astype(float)
plain = sm.Logit(rich, sm.add_constant(z)).fit(disp=0, method="newton", tol=1e-14, maxiter=100)
out["logit"] = {"params": plain.params.tolist(), "bse": plain.bse.tolist(), "p": plain.pvalues.tolist()}
l2 = linear_model.LogisticRegression(C=0.1, tol=1e-14, solver="newton-cholesky", max_iter=10**4).fit(z, rich)
out["logistic_l2"] = {"intercept": l2.intercept_[0], "coef": l2.coef_[0].tolist()}
some = slice(0, 3000)
l1 = linear_model.LogisticRegression(C=1 / 20, l1_ratio=1.0, tol=1e-13, solver="saga", max_iter=10**6).fit(z[some], rich[some])
out["logistic_l1"] = {"intercept": l1.intercept_[0], "coef": l1.coef_[0].tolist()}

json.dump(out, sys.stdout, indent=1)
