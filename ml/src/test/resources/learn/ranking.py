"""Writes ranking.json: what XGBoost's own Python package makes of groups that both sides can make.

  python ranking.py > ranking.json

Made with Python 3.11, numpy 2, xgboost 2.1.4. Scores are compared to 1e-5: single precision.
"""
import json, sys
import numpy as np, xgboost as xgb

N = 997
def lcg(seed):
    state, made = seed, []
    for _ in range(N):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31)
    return np.array(made)

x = np.stack([lcg(s) for s in (21, 22, 23)], axis=1)
group = np.arange(N) % 41
grade = np.digitize(x[:, 0] + 0.5 * x[:, 1] * (x[:, 2] > 0.5) + 0.6 * lcg(24), [1.0, 1.4, 1.8])
weight = 0.5 + group % 3
order = np.argsort(group, kind="stable")  # Groups in the order in which they first appear.
sizes = np.bincount(group)

def scores(objective, labels):
    rows = xgb.DMatrix(x[order], label=labels[order])
    rows.set_group(sizes)
    rows.set_weight(weight[:41])
    booster = xgb.train({"objective": objective, "tree_method": "hist", "max_depth": 4, "eta": 0.2,
                         "min_child_weight": 0.1, "nthread": 1, "seed": 1}, rows, 30)
    return [float(s) for s in booster.predict(xgb.DMatrix(x))[:60]]

json.dump({"ndcg": scores("rank:ndcg", grade), "pairwise": scores("rank:pairwise", grade),
           "map": scores("rank:map", (grade > 1).astype(int))}, sys.stdout, indent=1)
