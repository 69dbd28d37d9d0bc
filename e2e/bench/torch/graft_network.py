"""Networks out of Graft's own files (network.json and tensors.bin, BatchNorm folded) as PyTorch modules."""

import json
import os

import numpy as np
import torch
import torch.nn.functional as F


class Network(torch.nn.Module):
    """The ops from `first` on; what comes in is the output of the op before it, or the picture. Answers with pooled features."""

    def __init__(self, folder, first=0):
        super().__init__()
        with open(os.path.join(folder, "network.json"), encoding="utf-8") as file:
            self.ops = json.load(file)["topology"]["ops"]
        raw = np.fromfile(os.path.join(folder, "tensors.bin"), dtype="<f4")
        self.first, at = first, 0
        self.kernels, self.biases = torch.nn.ParameterDict(), torch.nn.ParameterDict()
        for index, op in enumerate(self.ops):
            if op["kind"] not in ("conv", "depthwise"):
                continue
            k, inside, out = op["kernelPx"], op["inChannels"], op["outChannels"]
            shape = (k, k, inside, out) if op["kind"] == "conv" else (k, k, out, 1)
            size = int(np.prod(shape))
            kernel = raw[at : at + size].reshape(shape)
            kernel = kernel.transpose(3, 2, 0, 1) if op["kind"] == "conv" else kernel.transpose(2, 3, 0, 1)
            if index >= first:
                self.kernels[op["name"]] = torch.nn.Parameter(torch.from_numpy(kernel.copy()))
                self.biases[op["name"]] = torch.nn.Parameter(torch.from_numpy(raw[at + size : at + size + out].copy()))
            at += size + out

    def forward(self, x):
        outputs = {self.first - 1: x}
        for index in range(self.first, len(self.ops)):
            op = self.ops[index]
            if op["kind"] == "add":
                outputs[index] = outputs[op["inputs"][0]] + outputs[op["inputs"][1]]
            elif op["kind"] == "global-average-pool":
                return outputs[op["input"]].mean(dim=(2, 3))
            else:
                outputs[index] = self.convolve(op, outputs[op["input"]])

    def convolve(self, op, x):
        k, stride = op["kernelPx"], op["stride"]
        if op["padding"] == "same":
            total = max(0, (-(-x.shape[2] // stride) - 1) * stride + k - x.shape[2])
            top = left = total // 2
            bottom = right = total - total // 2
        else:
            top, left, bottom, right = op["padding"]
        padding = 0
        if top == bottom == left == right:
            padding = top
        else:
            x = F.pad(x, (left, right, top, bottom))
        groups = op["outChannels"] if op["kind"] == "depthwise" else 1
        y = F.conv2d(x, self.kernels[op["name"]], self.biases[op["name"]], stride=stride, padding=padding, groups=groups)
        return F.relu6(y) if op["activation"] == "relu6" else y


def cut_index(folder, cut):
    """Index of the first op after a cut."""
    with open(os.path.join(folder, "network.json"), encoding="utf-8") as file:
        return next(each["op"] for each in json.load(file)["topology"]["cuts"] if each["name"] == cut) + 1
