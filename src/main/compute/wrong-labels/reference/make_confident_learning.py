"""Writes confident-learning.json: what cleanlab 2.9 computes for small tables of probabilities.

    pip install cleanlab==2.9.0 && python make_confident_learning.py > confident-learning.json
"""

import json
import sys

import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds, num_label_issues
from cleanlab.rank import get_label_quality_scores


def drawn(seed, counts, noise, sharpness):
    """Probabilities that mostly name the true class, and labels of which a share is another one."""
    random = np.random.default_rng(seed)
    classes = len(counts)
    truth = np.repeat(np.arange(classes), counts)
    logits = random.normal(size=(len(truth), classes))
    logits[np.arange(len(truth)), truth] += sharpness
    powers = np.exp(logits)
    # Four digits, and a last one that makes the row 1: they are the same numbers in every language.
    probabilities = np.round(powers / powers.sum(1, keepdims=True), 4)
    probabilities[:, -1] = np.round(1 - probabilities[:, :-1].sum(1), 4)
    labels = truth.copy()
    wrong = random.random(len(truth)) < noise
    labels[wrong] = (truth[wrong] + random.integers(1, classes, wrong.sum())) % classes
    # Every class keeps a row.
    for each in range(classes):
        if each not in labels:
            labels[np.argmax(truth == each)] = each
    return labels, probabilities


def case(name, labels, probabilities):
    labels = np.asarray(labels)
    probabilities = np.asarray(probabilities, dtype=float)
    quality = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    return {
        "name": name,
        "labels": labels.tolist(),
        "probabilities": probabilities.tolist(),
        "thresholds": get_confident_thresholds(labels, probabilities).tolist(),
        "confidentJoint": compute_confident_joint(labels, probabilities, calibrate=False).tolist(),
        "calibratedJoint": compute_confident_joint(labels, probabilities, calibrate=True).tolist(),
        "estimatedWrong": int(num_label_issues(labels, probabilities, estimation_method="off_diagonal_calibrated")),
        # (p(given) - p(most probable other) + 1) / 2, of each row.
        "quality": quality.tolist(),
    }


tie = [[0.2, 0.8]] * 3 + [[0.9, 0.1]] * 5
cases = [
    case("three classes, a fifth wrong", *drawn(1, [14, 14, 14], 0.2, 2.5)),
    case("five classes of very different sizes", *drawn(2, [30, 12, 8, 5, 2], 0.15, 2.0)),
    case("two classes, a third wrong", *drawn(3, [20, 20], 0.33, 1.5)),
    case("probabilities that hardly say anything", *drawn(4, [10, 10, 10], 0.2, 0.3)),
    case("nothing wrong", *drawn(5, [8, 8, 8], 0.0, 8.0)),
    case("a class with one row", [0] * 6 + [1] * 6 + [2], drawn(6, [6, 6, 1], 0, 3.0)[1]),
    case("a class that looks like another in all of its rows", [0] * 6 + [1] * 3, [[0.9, 0.1]] * 5 + [[0.3, 0.7]] + [[0.8, 0.2]] * 3),
    case("rows that are alike to the last digit", [0, 0, 0, 0, 0, 0, 1, 1], [*tie[3:], tie[0], tie[1], tie[2]]),
    case("no row called one of two classes looks like the other", [0, 0, 0, 1, 1, 1], [[0.9, 0.1]] * 3 + [[0.1, 0.9]] * 2 + [[0.6, 0.4]]),
]
json.dump(cases, sys.stdout, separators=(",", ":"))
