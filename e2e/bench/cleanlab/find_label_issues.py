"""What cleanlab finds with scikit-learn's logistic regression, as its tutorial for features does: 5 folds, all else at its default.

    python find_label_issues.py FEATURES LABELS

FEATURES: float32, row-major; LABELS: JSON, a list of tasks, each a list of class indices. Prints JSON: for each task the rows by label quality, the
worst first, and how many of them are listed as issues.
"""

import json
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

features_file, labels_file = sys.argv[1:]
tasks = json.load(open(labels_file))
features = np.fromfile(features_file, "<f4").reshape(len(tasks[0]), -1)
answers = []
for labels in tasks:
    labels = np.array(labels)
    probabilities = cross_val_predict(LogisticRegression(max_iter=1000), features, labels, cv=5, method="predict_proba")
    quality = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    issues = find_label_issues(labels, probabilities, return_indices_ranked_by="normalized_margin", n_jobs=1)
    answers.append({"order": np.argsort(quality, kind="stable").tolist(), "issues": issues.tolist()})
print(json.dumps(answers))
