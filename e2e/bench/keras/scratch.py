"""An epoch of the small network from scratch in Keras 3, the same as `engine-process.ts wasm scratch`: 500 pictures of 64 px, 16 at a time, Adam. Prints the same JSON."""

import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

from body import peak_megabytes

IMAGES, CLASSES, MEASURED_S = 500, 5, 6
layers = [keras.Input((64, 64, 3))]
layers += [keras.layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu6") for filters in (32, 64, 128)]
model = keras.Sequential([*layers, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(CLASSES)])
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
pictures = np.random.default_rng(1).random((IMAGES, 64, 64, 3), dtype=np.float32) * 2 - 1
labels = np.arange(IMAGES) % CLASSES
times, started = [], time.perf_counter()
while len(times) < 4 or time.perf_counter() - started < MEASURED_S:
    begun = time.perf_counter()
    model.fit(pictures, labels, batch_size=16, epochs=1, verbose=0)
    times.append((time.perf_counter() - begun) * 1000)
counted = sorted(times[2:])
print(json.dumps({"value": counted[len(counted) // 2], "peakMegabytes": peak_megabytes()}))
