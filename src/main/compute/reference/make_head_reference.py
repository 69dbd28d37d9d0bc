"""Writes head.json: gradient steps and softmax regression by other libraries, as the reference for train-head.ts and optimiser.ts.

    pip install torch==2.13.0 scikit-learn numpy && python make_head_reference.py > head.json
"""

import json

import numpy as np
import sklearn
import torch
from sklearn.linear_model import LogisticRegression


def drawn_rows(rows, dim, classes):
    """The rows that the tests draw by the same formula."""
    i, j = np.mgrid[0:rows, 0:dim].astype(np.float64)
    drawn_as = np.arange(rows) % classes
    features = np.sin(i * (12.9898 + 3.7 * j)) + 0.5 * np.cos(j * (drawn_as[:, None] + 1.0))
    # Every seventh row has a wrong label, so that the best weights are finite.
    label = np.where(np.arange(rows) % 7 == 0, (drawn_as + 1) % classes, drawn_as)
    return features.astype(np.float32), label


def steps(kind, rate):
    parameters = torch.tensor([0.5, -1.25, 2.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([parameters], lr=rate, eps=1e-12) if kind == "adam" else torch.optim.SGD([parameters], lr=rate, momentum=0.9)
    seen = []
    for step in range(1, 6):
        optimiser.zero_grad()
        parameters.grad = torch.tensor([np.sin(step + k) * (k + 1) for k in range(4)], dtype=torch.float64)
        optimiser.step()
        seen.append([float(v) for v in parameters.detach()])
    return {"optimiser": kind, "learningRate": rate, "parameters": seen}


features, labels = drawn_rows(90, 6, 3)
# The minimum of the mean cross-entropy itself: no penalty.
model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10000).fit(features, labels)
probabilities = model.predict_proba(features)

weights = torch.tensor([[np.cos(3 * c + j) for j in range(6)] + [0.1 * c] for c in range(3)], dtype=torch.float64)
rows = torch.tensor(features[:16], dtype=torch.float64)
matrix = weights[:, :6].clone().requires_grad_()
bias = weights[:, 6].clone().requires_grad_()
loss = torch.nn.functional.cross_entropy(rows @ matrix.T + bias, torch.tensor(labels[:16]))
loss.backward()

print(json.dumps({
    "origin": f"torch {torch.__version__}, scikit-learn {sklearn.__version__}; make_head_reference.py",
    "steps": [steps("adam", 0.01), steps("sgd", 0.05)],
    "regression": {
        "rows": 90, "dim": 6, "classes": 3,
        "loss": float(-np.log(probabilities[np.arange(90), labels]).mean()),
        "probabilities": np.round(probabilities[:12], 6).tolist(),
    },
    "gradient": {"rows": 16, "dim": 6, "classes": 3, "loss": loss.item(), "matrix": matrix.grad.tolist(), "bias": bias.grad.tolist()},
}, indent=1))
