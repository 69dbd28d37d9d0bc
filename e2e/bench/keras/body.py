"""The frozen MobileNetV2 0.35 both Keras scripts start from."""

import json
import os
import resource

import numpy as np

SIDE_PX = 224


def mobilenet_v2_035(keras, weights_folder):
    """Keras's own MobileNetV2 0.35 without its head. `weights_folder` holds a TF.js layers model of the same network
    (model.json, weights.bin); None leaves the weights random, which changes the answers but not the speed."""
    body = keras.applications.MobileNetV2(input_shape=(SIDE_PX, SIDE_PX, 3), alpha=0.35, include_top=False, weights=None)
    if weights_folder is not None:
        tensors = read_tfjs_tensors(weights_folder)
        for layer in body.layers:
            # Keras 3 calls a depthwise kernel `kernel`; TF.js, like Keras 2, `depthwise_kernel`.
            layer.set_weights([tensors.get(f"{layer.name}/{w.name}", tensors.get(f"{layer.name}/depthwise_{w.name}")) for w in layer.weights])
    body.trainable = False
    return body


def read_tfjs_tensors(folder):
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
        manifest = json.load(file)["weightsManifest"]
    raw = np.fromfile(os.path.join(folder, "weights.bin"), dtype="<f4")
    tensors, at = {}, 0
    for group in manifest:
        for entry in group["weights"]:
            size = int(np.prod(entry["shape"]))
            tensors[entry["name"]] = raw[at : at + size].reshape(entry["shape"])
            at += size
    return tensors


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
