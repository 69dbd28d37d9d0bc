"""Writes penalised-head.json: softmax regression with a penalty by scikit-learn, as the reference for fit-softmax.ts.

    pip install scikit-learn numpy && python make_penalised_reference.py > penalised-head.json
"""

import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression


def drawn_rows(rows, dim, classes):
    """The rows that the test draws by the same formula."""
    i, j = np.mgrid[0:rows, 0:dim].astype(np.float64)
    drawn_as = np.arange(rows) % classes
    features = np.sin(i * (12.9898 + 3.7 * j)) + 0.5 * np.cos(j * (drawn_as[:, None] + 1.0))
    label = np.where(np.arange(rows) % 7 == 0, (drawn_as + 1) % classes, drawn_as)
    return features.astype(np.float32), label


def fitted(rows, dim, classes, penalty):
    features, labels = drawn_rows(rows, dim, classes)
    # Its loss is C * (sum of cross-entropies) + 1/2 * (sum of squares); biases are not in the sum.
    model = LogisticRegression(C=1 / (penalty * rows), tol=1e-12, max_iter=100000).fit(features, labels)
    probabilities = model.predict_proba(features)
    return {
        "rows": rows,
        "dim": dim,
        "classes": classes,
        "penalty": penalty,
        "loss": float(-np.mean(np.log(probabilities[np.arange(rows), labels]))),
        "probabilities": [[round(float(v), 7) for v in row] for row in probabilities],
    }


cases = [fitted(24, 40, 3, 0.2 / 24), fitted(60, 8, 4, 0.05), fitted(9, 3, 3, 0.001)]
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}))
