"""Writes metrics.json: what scikit-learn says of predictions that both sides can make.

  python metrics.py > metrics.json

Made with Python 3.11, numpy 2.4, scikit-learn 1.9. Compared to 1e-12.
Lift, symmetric percentage error and both calibration errors are written out here from their
definitions, which scikit-learn does not have.
"""
import json, sys
import numpy as np
from sklearn import metrics

N = 997
def lcg(seed):
    state, made = seed, []
    for _ in range(N):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31)
    return np.array(made)

ones, weight = np.ones(N), 0.5 + lcg(3)
score = np.round(lcg(1), 2)  # many ties
label = (lcg(2) < 0.2 + 0.5 * score).astype(int)

def lift(share, w):
    """The share of rows that score highest; within ties, every row counts as the mean of them."""
    expected = np.array([np.average(label[score == s], weights=w[score == s]) for s in score])
    order = np.argsort(-score, kind="stable")
    before = np.cumsum(w[order]) - w[order]
    taken = np.clip(share * w.sum() - before, 0, w[order])
    return np.average(expected[order], weights=taken) / np.average(label, weights=w)

def classes(w):
    hard = (score >= 0.5).astype(int)
    bins = np.minimum((score * 10).astype(int), 9)
    ece = sum(abs(np.sum(w[bins == b] * (label - score)[bins == b])) for b in range(10)) / w.sum()
    kw = {"sample_weight": w}
    return {"log-loss": metrics.log_loss(label, np.clip(score, 1e-15, 1 - 1e-15), **kw),
            "auc": metrics.roc_auc_score(label, score, **kw),
            "pr-auc": metrics.average_precision_score(label, score, **kw),
            "brier": metrics.brier_score_loss(label, score, **kw), "ece": ece,
            "accuracy": metrics.accuracy_score(label, hard, **kw),
            "balanced-accuracy": metrics.balanced_accuracy_score(label, hard, **kw),
            "precision": metrics.precision_score(label, hard, **kw),
            "recall": metrics.recall_score(label, hard, **kw),
            "f1": metrics.f1_score(label, hard, **kw),
            "f2": metrics.fbeta_score(label, hard, beta=2, **kw),
            "f05": metrics.fbeta_score(label, hard, beta=0.5, **kw),
            "mcc": metrics.matthews_corrcoef(label, hard, **kw),
            "lift": lift(0.15, w)}

raw = np.stack([0.05 + np.round(lcg(s) * 20) / 20 for s in (6, 7, 8, 9)])
p = raw / raw.sum(axis=0)
draw = lcg(10)
cls = np.full(N, 3)
reached = np.zeros(N)
for k in (3, 2, 1, 0):
    reached += p[k]
    cls = np.where(draw < reached, cls, k - 1)
def several(w):
    kw = {"sample_weight": w}
    hard = p.argmax(axis=0)
    bins = np.minimum((p.max(axis=0) * 10).astype(int), 9)
    gap = w * ((hard == cls) - p.max(axis=0))
    made = {"log-loss": metrics.log_loss(cls, p.T, **kw),
            "auc": metrics.roc_auc_score(cls, p.T, multi_class="ovr", **kw),
            "brier": float(np.average(((p.T - np.eye(4)[cls]) ** 2).sum(axis=1), weights=w)),
            "ece": sum(abs(gap[bins == b].sum()) for b in range(10)) / w.sum(),
            "accuracy": metrics.accuracy_score(cls, hard, **kw),
            "balanced-accuracy": metrics.balanced_accuracy_score(cls, hard, **kw),
            "mcc": metrics.matthews_corrcoef(cls, hard, **kw)}
    for average in ("macro", "micro", "weighted"):
        made[average + "-precision"] = metrics.precision_score(cls, hard, average=average, **kw)
        made[average + "-recall"] = metrics.recall_score(cls, hard, average=average, **kw)
        for name, beta in (("f1", 1), ("f2", 2), ("f05", 0.5)):
            made[average + "-" + name] = metrics.fbeta_score(cls, hard, average=average, beta=beta, **kw)
    return made

truth = 10 + 5 * lcg(4)
guess = truth + lcg(5) - 0.4
def number(w):
    kw = {"sample_weight": w}
    return {"rmse": metrics.root_mean_squared_error(truth, guess, **kw),
            "mae": metrics.mean_absolute_error(truth, guess, **kw),
            "r2": metrics.r2_score(truth, guess, **kw),
            "mape": metrics.mean_absolute_percentage_error(truth, guess, **kw),
            "wape": np.sum(w * abs(truth - guess)) / np.sum(w * abs(truth)),
            "smape": np.average(2 * abs(truth - guess) / (abs(truth) + abs(guess)), weights=w),
            "rmsle": metrics.root_mean_squared_log_error(truth, guess, **kw),
            "explained-variance": metrics.explained_variance_score(truth, guess, **kw),
            "poisson-deviance": metrics.mean_poisson_deviance(truth, guess, **kw),
            "pinball": metrics.mean_pinball_loss(truth, guess, alpha=0.8, **kw)}

# Rankings: 60 small groups and 11 large ones, grades 0 to 3, scores without ties.
group = np.array([i % 60 if i < 500 else 60 + i % 11 for i in range(N)])
grade = np.digitize(lcg(11), [0.6, 0.8, 0.95])
rank_score = lcg(12) + 0.2 * grade
assert len(set(rank_score)) == N

def ranking(w):
    """scikit-learn's, with 2^grade - 1 for its linear gain; the mean over groups with a relevant row."""
    made, weights = {}, []
    def add(name, figure):
        made.setdefault(name, []).append(figure)
    for g in sorted(set(group)):
        rows = np.flatnonzero(group == g)
        y, s = grade[rows], rank_score[rows]
        if y.max() == 0:
            continue
        weights.append(w[rows[0]])
        gain = [2.0 ** y - 1]
        add("ndcg", metrics.ndcg_score(gain, [s]) if len(y) > 1 else 1.0)
        for k in (1, 3, 5, 10, 20, 100):
            add(f"ndcg-at-{k}", metrics.ndcg_score(gain, [s], k=k) if len(y) > 1 else 1.0)
        add("map", metrics.label_ranking_average_precision_score([y > 0], [s]))
        found = (y > 0)[np.argsort(-s)]
        first = int(np.argmax(found)) + 1
        add("mrr", 1 / first)
        add("mrr-at-10", 1 / first if first <= 10 else 0.0)
        for k in (1, 3, 5, 10, 20, 100):
            add(f"recall-at-{k}", found[:k].sum() / found.sum())
    return {name: float(np.average(each, weights=weights)) for name, each in made.items()}

# Ties: scikit-learn takes the mean gain of those that tie.
tied = {"grades": [3, 0, 2, 1, 0, 2], "scores": [0.5, 0.5, 0.5, 0.2, 0.9, 0.2]}
tied["ndcg"] = [metrics.ndcg_score([2.0 ** np.array(tied["grades"]) - 1], [tied["scores"]], k=k)
                for k in (1, 2, 3, 4, 5, 6)]

json.dump({"tied": tied} |
          {name: {"classes": classes(w), "several": several(w), "number": number(w),
                  "ranking": ranking(w)}
           for name, w in (("plain", ones), ("weighted", weight))}, sys.stdout, indent=1)
