"""Features of three fixed pictures as other programs compute them, for the tests of the converter.

Usage: python make_reference.py (efficientnet-lite0 WEIGHTS.pth | mobilenet-v2-035 MODEL_FOLDER | mobilenet-v1-100 MODEL.tflite
       | self-test | int8-self-test | training-self-test | batch-norm-self-test) > NAME.json
Needs: torch and efficientnet-lite-pytorch; tensorflow-cpu with Keras; ai-edge-litert; torch alone for the self-test, numpy alone for the one in 8 bits.
"""

import json
import sys
from importlib.metadata import version

import numpy as np


def pictures(size):
    """[3, size, size, 3] uint8; the same formulas as reference-pictures.ts."""
    y, x, c = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    gradient = ((x * (c + 1) + y * (3 - c)) * 255) // (4 * size)
    disc = (x - size // 2) ** 2 + (y - size // 2) ** 2 < (size // 4) ** 2
    board = np.where(((x >> 4) + (y >> 4)) & 1 == 1, 230 - 60 * c, 20 + 70 * c)
    noise = (x * 7919 + y * 104729 + c * 1299709 + ((x * y) % 251) * 31) % 256
    return np.stack([gradient, np.where(disc, 40 + 80 * c, board), noise]).astype(np.uint8)


def efficientnet_lite0(weights):
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    model = EfficientNet.from_name("efficientnet-lite0")
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    # In double precision, so that what differs from it is the other side's rounding.
    model.double()
    planes = torch.from_numpy(pictures(224).astype(np.float64)).permute(0, 3, 1, 2)
    with torch.no_grad():
        features = model.extract_features((planes - 127) / 128).mean(dim=(2, 3)).numpy()
    origin = "the model class of efficientnet-lite-pytorch %s on torch %s, float64, mean over the positions of extract_features, input (x - 127) / 128"
    return features, origin % (version("efficientnet-lite-pytorch"), torch.__version__)


def mobilenet_v2_035(folder):
    import tensorflow as tf

    # In double precision, so that what differs from it is the other side's rounding.
    tf.keras.config.set_floatx("float64")
    manifest = json.load(open(folder + "/model.json"))["weightsManifest"]
    data = np.fromfile(folder + "/weights.bin", dtype="<f4")
    tensors, offset = {}, 0
    for spec in [weight for group in manifest for weight in group["weights"]]:
        length = int(np.prod(spec["shape"]))
        tensors[spec["name"]] = data[offset : offset + length].reshape(spec["shape"])
        offset += length
    model = tf.keras.applications.MobileNetV2(input_shape=(224, 224, 3), alpha=0.35, include_top=False, weights=None, pooling="avg")
    parts = {
        "Conv2D": ["kernel"],
        "DepthwiseConv2D": ["depthwise_kernel"],
        "BatchNormalization": ["gamma", "beta", "moving_mean", "moving_variance"],
    }
    for layer in model.layers:
        names = parts.get(type(layer).__name__)
        if names:
            layer.set_weights([tensors["%s/%s" % (layer.name, name)] for name in names])
    features = model(pictures(224).astype(np.float64) / 127.5 - 1, training=False).numpy()
    origin = "keras.applications.MobileNetV2(alpha=0.35, include_top=False, pooling='avg') of Keras %s on TensorFlow %s with the weights of the file, float64, input x / 127.5 - 1"
    return features, origin % (tf.keras.__version__, tf.__version__)


def mobilenet_v1_100(path):
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        path, experimental_preserve_all_tensors=True, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter.allocate_tensors()
    pooled = next(op["outputs"][0] for op in interpreter._get_ops_details() if op["op_name"] == "AVERAGE_POOL_2D")
    features = []
    for picture in pictures(224):
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None].astype(np.float32) / 127.5 - 1)
        interpreter.invoke()
        features.append(interpreter.get_tensor(pooled).reshape(-1))
    origin = "the interpreter of ai-edge-litert %s on the file itself, output of its AVERAGE_POOL_2D, input x / 127.5 - 1"
    return np.stack(features), origin % version("ai-edge-litert")


def fixed_values(seed, *shape):
    """The weights of self-test.ts, exact in float32."""
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    values = ((i * 37 + seed * 101 + (i * i) % 89) % 201 - 100).astype(np.float32) / np.float32(128)
    return values.reshape(shape).astype(np.float64)


def fixed_weights(seed, *shape):
    """The same for PyTorch."""
    import torch

    return torch.from_numpy(fixed_values(seed, *shape))


def self_test_features(weights, finish=None):
    """
    The little network of engines/self-test.ts with the weights that `weights(seed, *shape)` gives, by PyTorch's functional API. `finish(seed, x)`: what
    follows the kernel of a convolution, before its activation; a bias by default.
    """
    import torch
    import torch.nn.functional as F

    add_bias = lambda seed, x: x + weights(seed + 1, x.shape[1])[:, None, None]

    def conv(x, seed, kernel, inside, out, stride, pads):
        w = weights(seed, kernel, kernel, inside, out).permute(3, 2, 0, 1)
        return (finish or add_bias)(seed, F.conv2d(F.pad(x, pads), w, stride=stride))

    def depthwise(x, seed, kernel, channels, stride, pads):
        w = weights(seed, kernel, kernel, channels).permute(2, 0, 1)[:, None]
        return (finish or add_bias)(seed, F.conv2d(F.pad(x, pads), w, stride=stride, groups=channels))

    # F.pad wants left, right, top, bottom.
    x = torch.from_numpy(pictures(16).astype(np.float64)).permute(0, 3, 1, 2) / 64 - 2
    a = F.relu6(conv(x, 1, 3, 3, 8, 2, (0, 1, 0, 1)))
    b = F.relu6(depthwise(a, 3, 3, 8, 1, (1, 1, 1, 1)))
    c = conv(b, 5, 1, 8, 8, 1, (0, 0, 0, 0)) + a
    d = F.relu6(depthwise(c, 7, 5, 8, 2, (1, 2, 1, 2)))
    e = F.relu6(conv(d, 9, 3, 8, 12, 2, (0, 2, 1, 0)))
    f = conv(e, 11, 1, 12, 6, 1, (0, 0, 0, 0))
    return f.mean(dim=(2, 3))


def self_test():
    """Features of the self-test network in double precision."""
    import torch

    return self_test_features(fixed_weights).numpy(), "torch %s, torch.nn.functional in float64 (make_reference.py self-test)" % torch.__version__


def int8_self_test(saturating=False):
    """
    Features of the self-test network in 8 bits, in whole numbers as ONNX defines QLinearConv (onnx.ai/onnx/operators/onnx__QLinearConv.html) and
    onnxruntime its QLinearAdd. `saturating`: as processors without an instruction for it do, which add pairs of products in 16 bits.
    """
    ranges = {5: (-8, 8), "sum": (-8, 14), 11: (-8, 8)}
    half_up = lambda x: np.floor(x + 0.5)

    def scale_of(low, high):
        scale = (high - low) / 255
        return np.float32(scale), int(half_up(-low / scale))

    def requantised(values, scale, zero):
        return np.clip(np.rint(values / scale) + zero, 0, 255).astype(np.int64), scale, zero

    def summed(products):
        """Sum over the last axis."""
        if not saturating:
            return products.sum(axis=-1)
        if products.shape[-1] % 2 == 1:
            products = np.concatenate([products, np.zeros_like(products[..., :1])], axis=-1)
        return np.clip(products.reshape(*products.shape[:-1], -1, 2).sum(axis=-1), -32768, 32767).sum(axis=-1)

    def conv(x, seed, kernel, inside, out, stride, pads, relu6, grouped=False):
        values, x_scale, x_zero = x
        w = fixed_values(seed, kernel, kernel, inside, out)
        w_scales = (np.abs(w).max(axis=(0, 1, 2)).astype(np.float64) / 127).astype(np.float32)
        w_bytes = half_up(w / w_scales.astype(np.float64))
        bias = half_up(fixed_values(seed + 1, out) / (float(x_scale) * w_scales.astype(np.float64)))
        top, bottom, left, right = pads
        padded = np.pad(values - x_zero, ((0, 0), (top, bottom), (left, right), (0, 0)))
        high, wide = [(side - kernel) // stride + 1 for side in padded.shape[1:3]]
        result = np.empty((len(values), high, wide, out))
        for i in range(high):
            for j in range(wide):
                seen = padded[:, i * stride : i * stride + kernel, j * stride : j * stride + kernel, :]
                if grouped:
                    result[:, i, j] = (seen * w_bytes[:, :, 0, :]).sum(axis=(1, 2)) + bias
                else:
                    # With zero points, as processors multiply them: bytes first, the zero point's share taken off after.
                    bytes_seen = (seen + x_zero).reshape(len(values), 1, -1)
                    weights = w_bytes.reshape(-1, out).T[None]
                    result[:, i, j] = summed(bytes_seen * weights) - x_zero * weights.sum(axis=-1) + bias
        scale, zero = (np.float32(6 / 255), 0) if relu6 else scale_of(*ranges[seed])
        return requantised(result * (float(x_scale) * w_scales.astype(np.float64)), float(scale), zero)

    def depthwise(x, seed, kernel, channels, stride, pads):
        return conv(x, seed, kernel, 1, channels, stride, pads, True, grouped=True)

    def added(a, b):
        scale, zero = scale_of(*ranges["sum"])
        return requantised((a[0] - a[2]) * float(a[1]) + (b[0] - b[2]) * float(b[1]), float(scale), zero)

    x = pictures(16).astype(np.int64), np.float32(1 / 64), 128
    a = conv(x, 1, 3, 3, 8, 2, (0, 1, 0, 1), True)
    b = depthwise(a, 3, 3, 8, 1, (1, 1, 1, 1))
    c = added(conv(b, 5, 1, 8, 8, 1, (0, 0, 0, 0), False), a)
    d = depthwise(c, 7, 5, 8, 2, (1, 2, 1, 2))
    e = conv(d, 9, 3, 8, 12, 2, (1, 0, 0, 2), True)
    values, scale, zero = conv(e, 11, 1, 12, 6, 1, (0, 0, 0, 0), False)
    features = ((values - zero) * scale).mean(axis=(1, 2))
    return features, "whole numbers in numpy %s%s (make_reference.py int8-self-test)" % (np.__version__, ", saturating" if saturating else "")


def training_self_test():
    """
    Loss, gradients and one step of Adam (learning rate 0.01, epsilon 1e-7) for the self-test network with a head of three classes on a quarter of
    its features, classes 0, 1, 2 for the three pictures, all weights learning. Of each gradient: its length, and its product with fixed weights.
    """
    import torch

    leaves = {}

    def weights(seed, *shape):
        if seed not in leaves:
            leaves[seed] = fixed_weights(seed, *shape).requires_grad_()
        return leaves[seed]

    def loss():
        logits = self_test_features(weights) / 4 @ weights(13, 6, 3) + weights(14, 3)
        return torch.nn.functional.cross_entropy(logits, torch.arange(3))

    before = loss()
    before.backward()
    gradients = [leaves[seed].grad.reshape(-1) for seed in sorted(leaves)]
    digest = [[g.norm().item(), (g * fixed_weights(99, g.numel())).sum().item()] for g in gradients]
    torch.optim.Adam([leaves[seed] for seed in sorted(leaves)], lr=0.01, eps=1e-7).step()
    rounded = lambda values: [float("%.8g" % value) for value in values]
    told = {"loss": before.item(), "gradients": [rounded(pair) for pair in digest], "lossAfterStep": loss().item(), "torch": torch.__version__}
    print(json.dumps(told))


def batch_norm_self_test():
    """
    The same with a batch normalisation (momentum 0.1, epsilon 1e-3) in the place of every bias: gamma and beta such that at first the three pictures give
    what they give with the biases, running averages of these three pictures. All in training mode, but for one loss after the step.
    """
    import torch
    import torch.nn.functional as F

    epsilon = 1e-3
    with torch.no_grad():
        measured = {}

        def measure(seed, x):
            measured[seed] = (x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False))
            return x + fixed_weights(seed + 1, x.shape[1])[:, None, None]

        self_test_features(fixed_weights, measure)

    leaves, running = {}, {}
    for seed, (mean, var) in measured.items():
        leaves[(seed, 1)] = (var + epsilon).sqrt().requires_grad_()
        leaves[(seed, 2)] = (mean + fixed_weights(seed + 1, len(mean))).requires_grad_()
        running[seed] = (mean.clone(), var.clone())

    def weights(seed, *shape):
        if (seed, 0) not in leaves:
            leaves[(seed, 0)] = fixed_weights(seed, *shape).requires_grad_()
        return leaves[(seed, 0)]

    def loss(training):
        def normalise(seed, x):
            # Averages are taken over the picture that the step learned from, and not over those that are only looked at.
            mean, var = running[seed] if steps == 0 or not training else (each.clone() for each in running[seed])
            return F.batch_norm(x, mean, var, leaves[(seed, 1)], leaves[(seed, 2)], training=training, momentum=0.1, eps=epsilon)

        logits = self_test_features(weights, normalise) / 4 @ weights(13, 6, 3) + weights(14, 3)
        return F.cross_entropy(logits, torch.arange(3))

    steps = 0
    before = loss(True)
    before.backward()
    gradients = [leaves[key].grad.reshape(-1) for key in sorted(leaves)]
    digest = [[g.norm().item(), (g * fixed_weights(99, g.numel())).sum().item()] for g in gradients]
    torch.optim.Adam([leaves[key] for key in sorted(leaves)], lr=0.01, eps=1e-7).step()
    steps = 1
    rounded = lambda values: [float("%.8g" % value) for value in values]
    told = {
        "loss": before.item(),
        "gradients": [rounded(pair) for pair in digest],
        "lossAfterStep": loss(True).item(),
        "answeredLossAfterStep": loss(False).item(),
        "torch": torch.__version__,
    }
    print(json.dumps(told))


def main():
    name, *rest = sys.argv[1:]
    if name == "batch-norm-self-test":
        batch_norm_self_test()
        return
    if name == "training-self-test":
        training_self_test()
        return
    makers = {
        "efficientnet-lite0": efficientnet_lite0,
        "mobilenet-v2-035": mobilenet_v2_035,
        "mobilenet-v1-100": mobilenet_v1_100,
        "self-test": self_test,
        "int8-self-test": int8_self_test,
        "int8-self-test-saturating": lambda: int8_self_test(saturating=True),
    }
    features, origin = makers[name](*rest)
    features = features.astype(np.float64)
    small = name.endswith("self-test") or name.endswith("saturating")
    every = 1 if small else 16
    rounded = lambda values: [float("%.8g" % value) for value in values]
    print(
        json.dumps(
            {
                "origin": origin,
                "picturesSum": [int(picture.astype(np.int64).sum()) for picture in pictures(16 if small else 224)],
                "featureDim": features.shape[1],
                "every": every,
                "features": [rounded(row[::every]) for row in features],
                "sums": rounded(features.sum(axis=1)),
                "sumsOfSquares": rounded((features**2).sum(axis=1)),
            }
        )
    )


if __name__ == "__main__":
    main()
