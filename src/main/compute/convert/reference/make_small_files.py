"""Two very small files as PyTorch and TensorFlow write them, with what those programs read out of them, for the tests of the readers.

Usage: python make_small_files.py (state-dict | tflite) > small-NAME.json
Needs: torch; tensorflow-cpu with Keras and ai-edge-litert.
"""

import base64
import io
import json
import os
import sys
from collections import OrderedDict

import numpy as np


def state_dict():
    """A state dict in the old format: a plain tensor, one whose strides are not row-major, and a counter."""
    import torch

    plain = torch.arange(24, dtype=torch.float32).reshape(2, 3, 2, 2) / 8
    turned = plain.permute(3, 2, 1, 0)
    file = io.BytesIO()
    torch.save(OrderedDict(plain=plain.clone(), turned=turned, counter=torch.tensor(7)), file, _use_new_zipfile_serialization=False)
    return {
        "origin": "torch %s, torch.save(_use_new_zipfile_serialization=False)" % torch.__version__,
        "shape": list(turned.shape),
        "rowMajor": turned.contiguous().flatten().tolist(),
        "base64": base64.b64encode(file.getvalue()).decode(),
    }


def pictures(size):
    """As in make_reference.py."""
    y, x, c = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    gradient = ((x * (c + 1) + y * (3 - c)) * 255) // (4 * size)
    disc = (x - size // 2) ** 2 + (y - size // 2) ** 2 < (size // 4) ** 2
    board = np.where(((x >> 4) + (y >> 4)) & 1 == 1, 230 - 60 * c, 20 + 70 * c)
    noise = (x * 7919 + y * 104729 + c * 1299709 + ((x * y) % 251) * 31) % 256
    return np.stack([gradient, np.where(disc, 40 + 80 * c, board), noise]).astype(np.uint8)


def tflite():
    """A MobileNetV1 of three convolutions at 8 px; features are the output of its average pool."""
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    layers = tf.keras.layers
    input = tf.keras.Input((8, 8, 3), batch_size=1)
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu6")(input)
    x = layers.DepthwiseConv2D(3, padding="same", activation="relu6")(x)
    x = layers.Conv2D(5, 1, padding="same", activation="relu6")(x)
    x = layers.Dense(3)(layers.Flatten()(layers.AveragePooling2D(4)(x)))
    model = tf.keras.Model(input, x)
    for layer in model.layers:
        weights = [(np.arange(w.size) * 37 + k * 11 + np.arange(w.size) ** 2) % 41 for k, w in enumerate(layer.get_weights())]
        layer.set_weights([((values - 12) / 32).astype("f4").reshape(w.shape) for values, w in zip(weights, layer.get_weights())])
    content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=content, experimental_preserve_all_tensors=True, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    pooled = next(op["outputs"][0] for op in interpreter._get_ops_details() if op["op_name"] == "AVERAGE_POOL_2D")
    features = []
    for picture in pictures(8):
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None].astype(np.float32) / 127.5 - 1)
        interpreter.invoke()
        features.append([float("%.8g" % value) for value in interpreter.get_tensor(pooled).reshape(-1)])
    return {
        "origin": "TensorFlow %s, tf.lite.TFLiteConverter; features by ai-edge-litert's interpreter, input x / 127.5 - 1" % tf.__version__,
        "features": features,
        "base64": base64.b64encode(content).decode(),
    }


# The converter prints its progress to standard output: only the result may go there.
result = os.dup(1)
os.dup2(2, 1)
made = {"state-dict": state_dict, "tflite": tflite}[sys.argv[1]]()
os.write(result, (json.dumps(made) + "\n").encode())
