"""
What TensorFlow itself makes of networks in Graft's own form: features, and a few steps of training. In double precision, so that what differs from
it is the other side's rounding.

Usage: python tensorflow_reference.py FOLDER. `FOLDER/request.json` is a list of works, see `parity.test.ts`; each answer is a file of float64 there.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
from graft_files import first_after, padding_of, read_network

tf.keras.config.set_floatx("float64")


def run(ops, first, weights, x):
    """Output of the last op for a batch [N, height, width, channels] that comes in before op `first`."""
    outputs = {first - 1: x}
    for index in range(first, len(ops)):
        op = ops[index]
        if op["kind"] == "add":
            outputs[index] = outputs[op["inputs"][0]] + outputs[op["inputs"][1]]
        elif op["kind"] == "activation":
            outputs[index] = activations[op["activation"]](outputs[op["input"]])
        elif op["kind"] == "max-pool":
            x, padding = padded(op, outputs[op["input"]])
            outputs[index] = tf.nn.max_pool2d(x, op["kernelPx"], op["stride"], padding)
        elif op["kind"] == "global-average-pool":
            outputs[index] = tf.reduce_mean(outputs[op["input"]], axis=(1, 2))
        else:
            outputs[index] = convolve(op, weights[op["name"]], outputs[op["input"]])
    return outputs[len(ops) - 1]


activations = {"none": lambda x: x, "relu": tf.nn.relu, "relu6": tf.nn.relu6}


def padded(op, x):
    """The input of a window with its explicit zeros around it, and what TensorFlow is to add."""
    if op["padding"] == "same":
        return x, "SAME"
    top, bottom, left, right = padding_of(op, x.shape[1], x.shape[2])
    return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]), "VALID"


def convolve(op, weights, x):
    kernel, bias = weights
    stride = op["stride"]
    x, padding = padded(op, x)
    convolution = tf.nn.conv2d if op["kind"] == "conv" else tf.nn.depthwise_conv2d
    sums = tf.nn.bias_add(convolution(x, kernel, [1, stride, stride, 1], padding), bias)
    return activations[op["activation"]](sums)


def numbers(folder, name, dtype, *shape):
    return np.fromfile(os.path.join(folder, name), dtype=dtype).reshape(shape)


def optimiser_of(name, rate, decay, whole):
    """
    TensorFlow.js adds epsilon to the corrected deviation, as Adam's algorithm 1 says it; Keras to the plain one, which `step` sets right. The variables in
    `whole` do not decay.
    """
    keras = tf.keras.optimizers
    if name == "adam":
        return keras.Adam(rate, 0.9, 0.999, 1e-7)
    optimiser = keras.AdamW(rate, decay, 0.9, 0.999, 1e-7) if name == "adamw" else keras.SGD(rate, 0.9, weight_decay=decay)
    optimiser.exclude_from_weight_decay(var_list=whole)
    return optimiser


def rate_share(schedule, done, steps):
    """Of the learning rate, for the step after `done` of `steps`; one cycle as fast.ai's `fit_one_cycle` has it."""
    if schedule == "constant":
        return 1.0
    if schedule == "cosine":
        return float(tf.keras.optimizers.schedules.CosineDecay(1.0, steps)(done))
    cosine = lambda start, end, at: start + (1 + np.cos(np.pi * (1 - at))) * (end - start) / 2
    at = done / steps
    return cosine(1 / 25, 1, at / 0.25) if at <= 0.25 else cosine(1, 1 / 1e5, (at - 0.25) / 0.75)


def body_share(topology, learning, name, work):
    """Of the head's learning rate; graded: a geometric series over the pieces between cuts, from the head's own to that of the first piece that learns."""
    if work.get("blockRates", "even") == "even":
        return work["bodyRate"]
    at = {op["name"]: index for index, op in enumerate(topology["ops"])}
    ends = sorted(cut["op"] for cut in topology["cuts"])
    piece = lambda op: min(sum(end < at[op] for end in ends), len(ends) - 1)
    pieces = sorted({piece(op) for op in learning})
    return float(np.geomspace(1.0, work["bodyRate"], len(ends) - pieces[0] + 1)[len(ends) - piece(name)])


def step(optimiser, count, gradients, variables):
    if isinstance(optimiser, tf.keras.optimizers.Adam):
        optimiser.epsilon = 1e-7 * np.sqrt(1 - 0.999**count)
    optimiser.apply(gradients, variables)


def features(folder, work):
    topology, weights = read_network(work["network"])
    size, scaling = topology["inputSizePx"], topology["scaling"]
    pictures = numbers(folder, work["pictures"], np.uint8, -1, size, size, 3).astype(np.float64)
    weights = {name: [tf.constant(each, tf.float64) for each in pair] for name, pair in weights.items()}
    values = run(topology["ops"], 0, weights, tf.constant(pictures * scaling["scale"] + scaling["offset"]))
    return {"features": values.numpy()}


def training(folder, work):
    """
    The mean cross-entropy of a batch and its gradient by every weight that learns, and the weights after some steps on the same batch; in the order of
    the ops (kernel, bias), then the head's weights and bias.
    """
    topology, weights = read_network(work["network"])
    first = first_after(topology, work["cut"])
    variable = lambda values: tf.keras.Variable(np.asarray(values, np.float64), dtype="float64")
    body = {op["name"]: [variable(each) for each in weights[op["name"]]] for op in topology["ops"][first:] if op["name"] in weights}
    count, classes = len(work["classes"]), work["classCount"]
    head = numbers(folder, work["head"], "<f4", -1)
    dim = topology["featureDim"]
    means, head_weights, head_bias = head[:dim], variable(head[dim:-classes].reshape(dim, classes)), variable(head[-classes:])
    batch = numbers(folder, work["values"], "<f4", -1, *work["shape"])[:count].astype(np.float64)
    # The paper's own form: the losses of both labels, by their shares.
    aims = [(1.0, work["classes"])]
    if "mix" in work:
        share, partners = work["mix"]["share"], work["mix"]["partners"]
        batch = share * batch + (1 - share) * batch[partners]
        aims = [(share, work["classes"]), (1 - share, [work["classes"][each] for each in partners])]
    batch = tf.constant(batch)
    learning = [each for pair in body.values() for each in pair] + [head_weights, head_bias]

    loss_of = tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=work.get("labelSmoothing", 0.0))
    weight_of_class = work.get("weightOfClass") or [1.0] * classes

    def loss_for(labels, logits):
        weights = np.array([weight_of_class[each] for each in labels], np.float64)
        return loss_of(tf.one_hot(labels, classes, dtype=tf.float64), logits, sample_weight=weights)

    def loss_and_gradients():
        with tf.GradientTape() as tape:
            seen = run(topology["ops"], first, {name: [each.value for each in pair] for name, pair in body.items()}, batch)
            logits = tf.matmul((seen - means) / work["deviation"], head_weights.value) + head_bias.value
            loss = sum(part * loss_for(labels, logits) for part, labels in aims)
        return loss, tape.gradient(loss, [each.value for each in learning])

    groups = [(work["learningRate"] * body_share(topology, body, name, work), body[name]) for name in body]
    groups.append((work["learningRate"], [head_weights, head_bias]))
    whole = [each for each in learning if len(each.shape) == 1]
    optimisers = [optimiser_of(work["optimiser"], float(rate), work.get("weightDecay", 0.0), whole) for rate, _ in groups]
    answers = {}
    for done in range(work["steps"]):
        for optimiser, (rate, _) in zip(optimisers, groups):
            optimiser.learning_rate = rate * rate_share(work["schedule"], done, work["steps"])
        loss, gradients = loss_and_gradients()
        if done == 0:
            answers = {"loss": [loss.numpy()], "gradients": np.concatenate([each.numpy().ravel() for each in gradients])}
        for index, (optimiser, (_, variables)) in enumerate(zip(optimisers, groups)):
            step(optimiser, done + 1, gradients[2 * index : 2 * index + 2], variables)
    answers["weights"] = np.concatenate([each.numpy().ravel() for each in learning])
    return answers


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "request.json"), encoding="utf-8") as file:
        works = json.load(file)
    for work in works:
        answers = {"features": features, "training": training}[work["kind"]](folder, work)
        for name, values in answers.items():
            np.asarray(values, "<f8").tofile(os.path.join(folder, f"{work['name']}.{name}"))


main()
