"""Writes recipe-head.json: heads trained by Keras with each setting of a recipe, as the reference for train-head.ts.

    pip install tensorflow-cpu==2.21.0 && python make_recipe_reference.py > recipe-head.json
"""

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

tf.keras.config.set_floatx("float64")
optimisers = tf.keras.optimizers
rows, dim, classes, steps = 60, 6, 3, 12


def drawn_rows():
    """The rows that the test draws by the same formula: 30, 20 and 10 of the classes, of which every seventh is labelled as the next one."""
    i, j = np.mgrid[0:rows, 0:dim].astype(np.float64)
    drawn_as = np.array([0, 0, 0, 1, 1, 2])[np.arange(rows) % 6]
    features = np.sin(i * (12.9898 + 3.7 * j)) + 0.5 * np.cos(j * (drawn_as[:, None] + 1.0))
    label = np.where(np.arange(rows) % 7 == 0, (drawn_as + 1) % classes, drawn_as)
    return features.astype(np.float32).astype(np.float64), label


def share(schedule, done):
    if schedule == "cosine":
        return float(optimisers.schedules.CosineDecay(1.0, steps)(done))
    if schedule == "one-cycle":
        # fast.ai: combined_cos(0.25, lr / 25, lr, lr / 1e5)
        at, cosine = done / steps, lambda start, end, at: start + (1 + np.cos(np.pi * (1 - at))) * (end - start) / 2
        return cosine(1 / 25, 1, at / 0.25) if at <= 0.25 else cosine(1, 1 / 1e5, (at - 0.25) / 0.75)
    return 1.0


def drawn(seed):
    """mulberry32, as random.ts draws: numbers in [0, 1)."""
    state, whole = seed & 0xFFFFFFFF, 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & whole
        mixed = ((state ^ (state >> 15)) * (state | 1)) & whole
        mixed ^= (mixed + ((mixed ^ (mixed >> 7)) * (mixed | 61) & whole)) & whole
        yield ((mixed ^ (mixed >> 14)) & whole) / 2**32


def dropped(share):
    """
    Which features of which row are left out of each step: 0 or, of those that stay, 1 / (1 - share), as keras.layers.Dropout has it. Rows are in the order of
    the epoch, which is shuffled on from that of the epoch before; the numbers that decide are of a stream of their own.
    """
    order, orders, drops = list(range(rows)), drawn(1), drawn(1 ^ 0xD209)
    for _ in range(steps):
        for last in range(rows - 1, 0, -1):
            other = int(next(orders) * (last + 1))
            order[last], order[other] = order[other], order[last]
        mask = np.zeros((rows, dim))
        for row in order:
            mask[row] = [0.0 if next(drops) < share else 1 / (1 - share) for _ in range(dim)]
        yield mask


def trained(settings):
    features, labels = drawn_rows()
    # One scale for all features, as standardise.ts says.
    centred = features - features.mean(axis=0)
    x = tf.constant(centred / np.sqrt((centred**2).mean()))
    counts = np.bincount(labels, minlength=classes)
    balanced = settings["classWeights"] == "balanced"
    weights = tf.keras.Variable(np.zeros((dim, classes)), dtype="float64")
    bias = tf.keras.Variable(np.zeros(classes) if balanced else np.log(counts * classes / rows), dtype="float64")
    # scikit-learn: n_samples / (n_classes * np.bincount(y))
    counted = (rows / (classes * counts))[labels] if balanced else np.ones(rows)
    loss_of = tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=settings["labelSmoothing"])
    rate, decay = settings["learningRate"], settings["weightDecay"]
    optimiser = {
        "adam": lambda: optimisers.Adam(rate, 0.9, 0.999, 1e-7),
        "adamw": lambda: optimisers.AdamW(rate, decay, 0.9, 0.999, 1e-7),
        "sgd": lambda: optimisers.SGD(rate, 0.9, weight_decay=decay),
    }[settings["optimiser"]]()
    optimiser.exclude_from_weight_decay(var_list=[bias])
    losses = []
    masks = dropped(settings["dropout"]) if settings["dropout"] > 0 else iter([np.ones((rows, dim))] * steps)
    for done in range(steps):
        seen = x * next(masks)
        with tf.GradientTape() as tape:
            loss = loss_of(tf.one_hot(labels, classes, dtype=tf.float64), seen @ weights.value + bias.value, sample_weight=counted)
        losses.append(float(loss))
        optimiser.learning_rate = rate * share(settings["schedule"], done)
        optimiser.apply(tape.gradient(loss, [weights.value, bias.value]), [weights, bias])
    plain = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    logits = x @ weights.value + bias.value
    return {
        "settings": settings,
        "trainLosses": [round(each, 7) for each in losses],
        "lossAfter": round(float(plain(tf.one_hot(labels, classes, dtype=tf.float64), logits)), 7),
        "probabilities": np.round(tf.nn.softmax(logits).numpy()[:12], 6).tolist(),
    }


usual = {"optimiser": "adam", "learningRate": 0.05, "schedule": "constant", "weightDecay": 0, "labelSmoothing": 0, "classWeights": "none", "dropout": 0}
# Without smoothing the bias begins where its gradient is 0 but for rounding, of which Adam makes whole steps.
adam = {"labelSmoothing": 0.1}
changes = [
    adam,
    {**adam, "schedule": "cosine"},
    {**adam, "schedule": "one-cycle"},
    {"optimiser": "sgd", "learningRate": 0.1, "schedule": "cosine"},
    {"optimiser": "sgd", "learningRate": 0.1, "schedule": "one-cycle"},
    {**adam, "optimiser": "adamw", "weightDecay": 0.5},
    {"optimiser": "sgd", "learningRate": 0.1, "weightDecay": 0.1},
    {"labelSmoothing": 0.5, "optimiser": "sgd", "learningRate": 0.1},
    {"classWeights": "balanced", "optimiser": "sgd", "learningRate": 0.1},
    {"optimiser": "adamw", "schedule": "one-cycle", "weightDecay": 0.2, "labelSmoothing": 0.2, "classWeights": "balanced"},
    {"optimiser": "sgd", "learningRate": 0.1, "dropout": 0.5},
    {**adam, "dropout": 0.2, "schedule": "cosine"},
]
cases = [trained({**usual, **each}) for each in changes]
print(json.dumps({"origin": f"Keras {tf.keras.__version__} on TensorFlow {tf.__version__}; make_recipe_reference.py", "cases": cases}, indent=1))
