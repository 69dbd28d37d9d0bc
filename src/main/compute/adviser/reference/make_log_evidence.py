"""Writes log-evidence.json: the largest evidence of Bayesian linear regressions, as the reference for log-evidence.ts.

    pip install numpy scipy && python make_log_evidence.py > log-evidence.json

The labels of a class are normal with the covariance I / beta + F F' / alpha; a general optimiser looks for the precisions that make
their density largest. Nothing of the fixed point of LogME is used.
"""

import json

import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.stats import multivariate_normal


def drawn_rows(rows, dim, classes):
    """The rows that the test draws by the same formula."""
    i, j = np.mgrid[0:rows, 0:dim].astype(np.float64)
    drawn_as = np.arange(rows) % classes
    features = np.sin(i * (12.9898 + 3.7 * j)) + 0.5 * np.cos(j * (drawn_as[:, None] + 1.0))
    label = np.where(np.arange(rows) % 7 == 0, (drawn_as + 1) % classes, drawn_as)
    return features.astype(np.float32).astype(np.float64), label


def largest_evidence(features, labels):
    rows = len(labels)
    gram = features @ features.T

    def loss(logs):
        alpha, beta = np.exp(logs)
        return -multivariate_normal.logpdf(labels, np.zeros(rows), np.eye(rows) / beta + gram / alpha) / rows

    starts = [(a, b) for a in (-2.0, 1.0, 4.0) for b in (0.0, 2.0, 4.0)]
    return -min(minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12}).fun for start in starts)


def case(rows, dim, classes):
    features, label = drawn_rows(rows, dim, classes)
    evidence = np.mean([largest_evidence(features, (label == c).astype(np.float64)) for c in range(classes)])
    return {"rows": rows, "dim": dim, "classes": classes, "logEvidence": round(float(evidence), 7)}


cases = [case(30, 8, 3), case(24, 40, 3), case(60, 12, 4)]
print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "cases": cases}))
