"""Networks out of Graft's own files as PyTorch modules."""

import torch
import torch.nn.functional as F
from graft_files import first_after, padding_of, read_network


class Network(torch.nn.Module):
    """The ops from `first` on; what comes in is the output of the op before it, or the picture. Answers with pooled features."""

    def __init__(self, folder, first=0):
        super().__init__()
        topology, weights = read_network(folder)
        self.ops, self.first = topology["ops"], first
        self.kernels, self.biases = torch.nn.ParameterDict(), torch.nn.ParameterDict()
        for op in self.ops[first:]:
            if op["name"] not in weights:
                continue
            kernel, bias = weights[op["name"]]
            kernel = kernel.transpose(3, 2, 0, 1) if op["kind"] == "conv" else kernel.transpose(2, 3, 0, 1)
            self.kernels[op["name"]] = torch.nn.Parameter(torch.from_numpy(kernel.copy()))
            self.biases[op["name"]] = torch.nn.Parameter(torch.from_numpy(bias.copy()))

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
        top, bottom, left, right = padding_of(op, x.shape[2], x.shape[3])
        padding = 0
        if top == bottom == left == right:
            padding = top
        else:
            x = F.pad(x, (left, right, top, bottom))
        groups = op["outChannels"] if op["kind"] == "depthwise" else 1
        y = F.conv2d(x, self.kernels[op["name"]], self.biases[op["name"]], stride=op["stride"], padding=padding, groups=groups)
        return F.relu6(y) if op["activation"] == "relu6" else y


def cut_index(folder, cut):
    """Index of the first op after a cut."""
    topology, _ = read_network(folder)
    return first_after(topology, cut)
