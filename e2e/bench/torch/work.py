"""The work of engine-process.ts in PyTorch, channels-last, on all cores. Prints the same JSON.
usage: work.py (extract | CUT | whole:CUT | pixels | scratch) NETWORK_FOLDER
`CUT`: a step of everything after the cut on what comes out there; `whole:CUT`: the same with the frozen front computed in each step."""

import json
import resource
import sys
import time

import torch
from graft_network import Network, cut_index

STEP_BATCH, EXTRACT_BATCH, SCRATCH_IMAGES, CLASSES, MEASURED_S = 16, 8, 500, 5, 6
work, folder = sys.argv[1], sys.argv[2]


def noise(*shape):
    return (torch.rand(*shape) * 2 - 1).to(memory_format=torch.channels_last)


def median_ms(once):
    times, started = [], time.perf_counter()
    rounds = 0
    while rounds < 4 or time.perf_counter() - started < MEASURED_S:
        begun = time.perf_counter()
        once()
        if rounds > 1:
            times.append((time.perf_counter() - begun) * 1000)
        rounds += 1
    return sorted(times)[len(times) // 2]


def training(body, dim, picture, images, front=None):
    head = torch.nn.Linear(dim, CLASSES)
    body = body.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam([{"params": body.parameters(), "lr": 1e-5}, {"params": head.parameters(), "lr": 1e-4}])
    values, classes = noise(STEP_BATCH, *picture), torch.arange(STEP_BATCH) % CLASSES

    def once():
        for _ in range(0, images, STEP_BATCH):
            seen = values
            if front is not None:
                with torch.no_grad():
                    seen = front(values)
            optimiser.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(head(body(seen)), classes).backward()
            optimiser.step()

    return median_ms(once)


class Front(torch.nn.Module):
    def __init__(self, network, last):
        super().__init__()
        self.network, self.last = network, last

    def forward(self, x):
        outputs = {-1: x}
        for index, op in enumerate(self.network.ops[: self.last]):
            if op["kind"] == "add":
                outputs[index] = outputs[op["inputs"][0]] + outputs[op["inputs"][1]]
            else:
                outputs[index] = self.network.convolve(op, outputs[op["input"]])
        return outputs[self.last - 1]


if work == "extract":
    network = Network(folder).to(memory_format=torch.channels_last).eval()
    pictures = noise(EXTRACT_BATCH, 3, 224, 224)
    with torch.inference_mode():
        value = EXTRACT_BATCH * 1000 / median_ms(lambda: network(pictures))
elif work == "scratch":
    layers, inside = [], 3
    for out in (32, 64, 128):
        layers += [torch.nn.ZeroPad2d((0, 1, 0, 1)), torch.nn.Conv2d(inside, out, 3, stride=2), torch.nn.ReLU6()]
        inside = out
    body = torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    value = training(body, 128, (3, 64, 64), SCRATCH_IMAGES)
elif work == "pixels":
    value = training(Network(folder), 1280, (3, 224, 224), STEP_BATCH)
else:
    whole, cut = work.startswith("whole:"), work.removeprefix("whole:")
    first = cut_index(folder, cut)
    front = Front(Network(folder).to(memory_format=torch.channels_last), first)
    with torch.no_grad():
        shape = front(noise(1, 3, 224, 224)).shape[1:]
    picture = (3, 224, 224) if whole else tuple(shape)
    value = training(Network(folder, first), 1280, picture, STEP_BATCH, front if whole else None)
print(json.dumps({"value": value, "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
