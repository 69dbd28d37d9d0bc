"""Writes temperature.json: temperatures found by scipy, as the reference for fit-temperature.ts.

    pip install scipy numpy && python make_temperature_reference.py > temperature.json
"""

import json

import numpy as np
import scipy
import scipy.stats
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax


def drawn_rows(rows, classes, scale):
    """The rows that the test draws by the same formula: logits that are too large or too small, and the class that is right."""
    i, c = np.mgrid[0:rows, 0:classes].astype(np.float64)
    drawn_as = np.arange(rows) % classes
    logits = scale * (np.sin(i * (12.9898 + 3.7 * c)) + (c == drawn_as[:, None]))
    return logits, np.where(np.arange(rows) % 5 == 0, (drawn_as + 1) % classes, drawn_as)


def fitted(rows, classes, scale, trust=5.0):
    logits, labels = drawn_rows(rows, classes, scale)

    def loss(temperature):
        return -float(np.mean(log_softmax(logits / temperature, axis=1)[np.arange(rows), labels]))

    def minimum(penalty):
        wanted = lambda log_t: rows * loss(np.exp(log_t)) + penalty * log_t**2
        return float(np.exp(minimize_scalar(wanted, bounds=(-np.log(10), np.log(10)), method="bounded", options={"xatol": 1e-9}).x))

    temperature = minimum(trust)
    gained = loss(1.0) - loss(minimum(0.0))
    return {
        "rows": rows,
        "classes": classes,
        "scale": scale,
        "isCertain": bool(2 * rows * gained > scipy.stats.chi2.ppf(0.95, 1)),
        "temperature": temperature,
        "lossBefore": loss(1.0),
        "lossAfter": loss(temperature),
    }


cases = [fitted(60, 3, 6.0), fitted(200, 6, 4.0), fitted(80, 2, 0.6), fitted(400, 5, 0.8), fitted(40, 4, 1.9), fitted(60, 3, 1.6)]
print(json.dumps({"scipy": scipy.__version__, "cases": cases}))
