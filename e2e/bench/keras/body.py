"""The frozen MobileNetV2 0.35 both Keras scripts start from."""

import resource

import numpy as np
from graft_files import read_network

SIDE_PX = 224


def mobilenet_v2_035(keras, network_folder):
    """Keras's own MobileNetV2 0.35 without its head, with the weights out of Graft's own form of the same network
    (network.json and tensors.bin, BatchNorm folded); without a folder they are random, which changes the answers but not the speed."""
    body = keras.applications.MobileNetV2(input_shape=(SIDE_PX, SIDE_PX, 3), alpha=0.35, include_top=False, weights=None)
    if network_folder is not None:
        set_folded_weights(body, network_folder)
    body.trainable = False
    return body


def set_folded_weights(body, folder):
    """Kernel and bias of each convolution, in order. The BatchNorm behind each is set to add the bias and do nothing else: it stays in the
    network and costs what it costs in every Keras program."""
    _, weights = read_network(folder)
    layers = [layer for layer in body.layers if "Conv2D" in type(layer).__name__]
    norms = [layer for layer in body.layers if type(layer).__name__ == "BatchNormalization"]
    assert len(weights) == len(layers) == len(norms), (len(weights), len(layers), len(norms))
    for (kernel, bias), layer, norm in zip(weights.values(), layers, norms):
        layer.set_weights([kernel.reshape(layer.weights[0].shape)])
        channels = len(bias)
        norm.set_weights([np.ones(channels), bias, np.zeros(channels), np.full(channels, 1 - norm.epsilon)])


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
