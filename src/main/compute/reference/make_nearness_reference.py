"""Writes nearness.json: cosines with the nearest neighbour by scikit-learn, as the reference for nearness.ts.

    pip install scikit-learn numpy && python make_nearness_reference.py > nearness.json
"""

import json

import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors


def drawn_rows(rows, dim, phase):
    """The rows that the test draws by the same formula."""
    i, j = np.mgrid[0:rows, 0:dim].astype(np.float64)
    return (np.sin(i * (12.9898 + 3.7 * j) + phase) + 0.3).astype(np.float32)


def case(learned, rows, dim):
    neighbours = NearestNeighbors(n_neighbors=1, metric="cosine").fit(drawn_rows(learned, dim, 0.0))
    distances, _ = neighbours.kneighbors(drawn_rows(rows, dim, 1.5))
    return {"learned": learned, "rows": rows, "dim": dim, "nearness": [round(float(1 - d), 6) for d in distances[:, 0]]}


print(json.dumps({"scikit-learn": sklearn.__version__, "cases": [case(40, 6, 12), case(7, 5, 33)]}))
