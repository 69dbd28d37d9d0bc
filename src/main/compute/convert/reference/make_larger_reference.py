"""Features of three fixed pictures as TensorFlow computes them in double precision, for the tests of the larger networks.

Usage: python make_larger_reference.py (efficientnet-lite1 WEIGHTS.pth | efficientnet-lite2 WEIGHTS.pth | resnet-50 MODEL_FOLDER) > NAME.json
Needs: tensorflow-cpu with Keras. The .pth is read by Python's own pickle, with nothing but numpy arrays in it.
"""

import collections
import json
import pickle
import sys

import numpy as np
import tensorflow as tf

from make_reference import pictures

dtypes = {"FloatStorage": np.float32, "LongStorage": np.int64}


class StateDict(pickle.Unpickler):
    """The old format of torch.save: tensors as (storage, offset, shape, strides), the numbers behind the pickles."""

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module == "torch" and name in dtypes:
            return name
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, saved):
        _, kind, key, _, length = saved[:5]
        return self.storages.setdefault(key, {"kind": kind, "length": length})


def read_state_dict(path):
    with open(path, "rb") as file:
        for _ in range(3):
            pickle.load(file)
        reader = StateDict(file)
        state = reader.load()
        for key in pickle.load(file):
            (length,) = np.fromfile(file, "<i8", 1)
            reader.storages[key]["data"] = np.fromfile(file, dtypes[reader.storages[key]["kind"]], length)
    tensors = {}
    for name, (storage, offset, shape, strides) in state.items():
        data = storage["data"][offset:]
        tensors[name] = np.lib.stride_tricks.as_strided(data, shape, [each * data.itemsize for each in strides]).astype(np.float64)
    return tensors


def efficientnet_lite(path, size):
    """The blocks, their widths, kernels and residuals are read off the shapes of the weights; strides are those of the paper's stages."""
    tensors = read_state_dict(path)

    def normal(x, name):
        part = lambda each: tensors[f"{name}.{each}"]
        return (x - part("running_mean")) / np.sqrt(part("running_var") + 1e-3) * part("weight") + part("bias")

    def conv(x, name, stride=1):
        return tf.nn.conv2d(x, tensors[name + ".weight"].transpose(2, 3, 1, 0), stride, "SAME")

    def depthwise(x, name, stride):
        return tf.nn.depthwise_conv2d(x, tensors[name + ".weight"].transpose(2, 3, 0, 1), [1, stride, stride, 1], "SAME")

    relu6 = tf.nn.relu6
    x = (tf.constant(pictures(size).astype(np.float64)) - 127) / 128
    x = relu6(normal(conv(x, "_conv_stem", 2), "_bn0"))
    count = 1 + max(int(name.split(".")[1]) for name in tensors if name.startswith("_blocks."))
    widths = [tensors[f"_blocks.{index}._project_conv.weight"].shape[0] for index in range(count)]
    # A stage begins where the width changes; the second, third, fourth and sixth halve the picture.
    starts = [index for index in range(count) if index == 0 or widths[index] != widths[index - 1]]
    halving = {starts[stage] for stage in (1, 2, 3, 5)}
    for index in range(count):
        name, before = f"_blocks.{index}", x
        if name + "._expand_conv.weight" in tensors:
            x = relu6(normal(conv(x, name + "._expand_conv"), name + "._bn0"))
        x = relu6(normal(depthwise(x, name + "._depthwise_conv", 2 if index in halving else 1), name + "._bn1"))
        x = normal(conv(x, name + "._project_conv"), name + "._bn2")
        if index not in starts:
            x = x + before
    x = relu6(normal(conv(x, "_conv_head"), "_bn1"))
    return tf.reduce_mean(x, [1, 2]).numpy(), f"the weights of the file through the ops of TensorFlow {tf.__version__}, float64, input (x - 127) / 128"


def resnet_50(folder):
    tf.keras.config.set_floatx("float64")
    manifest = json.load(open(folder + "/model.json"))["weightsManifest"]
    data = np.concatenate([np.fromfile(f"{folder}/{path}", "<f4") for group in manifest for path in group["paths"]])
    tensors, offset = {}, 0
    for spec in [weight for group in manifest for weight in group["weights"]]:
        length = int(np.prod(spec["shape"]))
        tensors[spec["name"]] = data[offset : offset + length].reshape(spec["shape"])
        offset += length
    model = tf.keras.applications.ResNet50(input_shape=(224, 224, 3), include_top=False, weights=None, pooling="avg")
    parts = {"Conv2D": ["kernel", "bias"], "BatchNormalization": ["gamma", "beta", "moving_mean", "moving_variance"]}
    for layer in model.layers:
        names = parts.get(type(layer).__name__)
        if names:
            layer.set_weights([tensors[f"{layer.name}/{name}"] for name in names])
    features = model(tf.keras.applications.resnet50.preprocess_input(pictures(224).astype(np.float64)), training=False).numpy()
    origin = "keras.applications.ResNet50(include_top=False, pooling='avg') of Keras %s on TensorFlow %s with the weights of the file, float64, its own preprocess_input"
    return features, origin % (tf.keras.__version__, tf.__version__)


if __name__ == "__main__":
    name, source = sys.argv[1:]
    sizes = {"efficientnet-lite1": 240, "efficientnet-lite2": 260, "resnet-50": 224}
    features, origin = resnet_50(source) if name == "resnet-50" else efficientnet_lite(source, sizes[name])
    every = 16
    print(
        json.dumps(
            {
                "origin": origin,
                "picturesSum": [int(picture.sum()) for picture in pictures(sizes[name])],
                "featureDim": features.shape[1],
                "every": every,
                "features": [[round(float(value), 7) for value in row[::every]] for row in features],
                "sums": [round(float(row.sum()), 6) for row in features],
                "sumsOfSquares": [round(float((row**2).sum()), 6) for row in features],
            }
        )
    )
