"""Networks out of Graft's own files, `network.json` and `tensors.bin` (see network-files.ts), for the programs that compare with it."""

import json
import os

import numpy as np


def read_network(folder):
    """
    The topology, and kernel and bias of each convolution by its name, as float32. Kernels are [kernel, kernel, in, out], of a depthwise convolution
    [kernel, kernel, channels, 1].
    """
    with open(os.path.join(folder, "network.json"), encoding="utf-8") as file:
        topology = json.load(file)["topology"]
    raw = np.fromfile(os.path.join(folder, "tensors.bin"), dtype="<f4")
    weights, at = {}, 0
    for op in topology["ops"]:
        if op["kind"] not in ("conv", "depthwise"):
            continue
        k, inside, out = op["kernelPx"], op["inChannels"], op["outChannels"]
        shape = (k, k, inside, out) if op["kind"] == "conv" else (k, k, out, 1)
        size = int(np.prod(shape))
        weights[op["name"]] = raw[at : at + size].reshape(shape), raw[at + size : at + size + out]
        at += size + out
    assert at == len(raw), (at, len(raw))
    return topology, weights


def first_after(topology, cut):
    """Index of the first op after a cut; after `pixels` the very first."""
    return 0 if cut == "pixels" else next(each["op"] for each in topology["cuts"] if each["name"] == cut) + 1


def padding_of(op, height, width):
    """The zeros around what comes in, top, bottom, left, right; `same` is TensorFlow's rule, which gives the odd one to the bottom and right."""
    if op["padding"] != "same":
        top, left, bottom, right = op["padding"]
        return top, bottom, left, right
    sides = []
    for length in (height, width):
        total = max(0, (-(-length // op["stride"]) - 1) * op["stride"] + op["kernelPx"] - length)
        sides += [total // 2, total - total // 2]
    return tuple(sides)
