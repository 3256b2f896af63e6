"""Writes finding.json: what scikit-learn and hdbscan find in rows that both sides can make.

  python finding.py > finding.json

Made with Python 3.11, numpy 2, scikit-learn 1.9.1, hdbscan 0.8. Centres, components, silhouettes,
clusters and strengths are compared to 1e-9; scores of isolation forests, which are random on both
sides, by their means over 30 seeds.
"""
import json, sys, warnings
import hdbscan
import numpy as np
from sklearn import cluster, decomposition, ensemble, metrics

warnings.filterwarnings("ignore")
N = 997
def lcg(seed):
    state, made = seed, []
    for _ in range(N):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31)
    return np.array(made)

def bell(seed):
    return sum(lcg(100 * seed + k) for k in range(4)) - 2

# Three clouds in four columns, the last of which is a mix; every tenth row lies anywhere.
centres = np.array([[0, 0, 0], [4, 1, -3], [-3, 5, 2]])
which = np.arange(N) % 3
x = centres[which] * 0.7 + np.stack([bell(1), bell(2), bell(3)], axis=1)
anywhere = np.arange(N) % 10 == 9
x[anywhere] = 16 * np.stack([lcg(7), lcg(8), lcg(9)], axis=1)[anywhere] - 8
x = np.column_stack([x, 0.5 * x[:, 0] - 0.2 * x[:, 1] + 0.3 * bell(4)])

km = cluster.KMeans(3, init=x[:3], n_init=1, tol=0, max_iter=500, algorithm="lloyd").fit(x)
silhouettes = metrics.silhouette_samples(x, km.labels_)
pca = decomposition.PCA(3, svd_solver="full").fit(x)
dense = cluster.HDBSCAN(min_cluster_size=25, min_samples=10).fit(x)
# Here a row is not one of its own neighbours.
theirs = hdbscan.HDBSCAN(min_cluster_size=25, min_samples=9, prediction_data=True,
                         approx_min_span_tree=False).fit(x)
new = x[:200] + 0.8 * np.stack([bell(11), bell(12), bell(13), bell(14)], axis=1)[:200]
# For predictions it counts a neighbour fewer of rows it was fitted to, and of new rows a neighbour
# more than when it fits; here all count alike.
theirs.min_samples = 8
theirs.prediction_data_.core_distances = theirs.prediction_data_.tree.query(x, k=10)[0][:, -1]
told, strengths = hdbscan.approximate_predict(theirs, new)

def isolation(seed):
    forest = ensemble.IsolationForest(n_estimators=100, max_samples=256, random_state=seed)
    return -forest.fit(x).score_samples(x)

scores = np.array([isolation(seed) for seed in range(30)])
aucs = [metrics.roc_auc_score(anywhere, one) for one in scores]
json.dump({
    "k-means": {"centres": km.cluster_centers_.tolist(), "inertia": km.inertia_ / N,
                "silhouette": float(silhouettes.mean()), "silhouettes": silhouettes[:50].tolist()},
    "pca": {"directions": pca.components_.tolist(), "variances": pca.explained_variance_.tolist(),
            "shares": pca.explained_variance_ratio_.tolist(), "rows": pca.transform(x[:20]).tolist()},
    "hdbscan": {"clusters": dense.labels_.tolist(), "strengths": dense.probabilities_.tolist(),
                "new": new.tolist(), "told": told.tolist(), "told-strengths": strengths.tolist(),
                "same": bool(metrics.adjusted_rand_score(dense.labels_, theirs.labels_) == 1)},
    "isolation": {"scores": scores.mean(axis=0).tolist(), "auc": float(np.mean(aucs)),
                  "auc-deviation": float(np.std(aucs))}}, sys.stdout, indent=0)
