"""The better Keras way: run the frozen network once over every photo, then train the head on what it answered.
usage: features_once.py PHOTOS [NETWORK_FOLDER]; prints one line of JSON."""

import json
import sys
import time

started = time.perf_counter()
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

from body import SIDE_PX, mobilenet_v2_035, peak_megabytes

EPOCHS = 50

imported = time.perf_counter()
photos = keras.utils.image_dataset_from_directory(
    sys.argv[1], image_size=(SIDE_PX, SIDE_PX), batch_size=32, shuffle=False, verbose=False
)
classes = len(photos.class_names)
# Unshuffled, the photos come in the order of `file_paths`, so the labels need no second pass over the pictures.
labels = np.array([photos.class_names.index(os.path.basename(os.path.dirname(path))) for path in photos.file_paths])
body = mobilenet_v2_035(keras, sys.argv[2] if len(sys.argv) > 2 else None)
inputs = keras.Input((SIDE_PX, SIDE_PX, 3))
outputs = body(keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs), training=False)
extractor = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(outputs))
features = extractor.predict(photos.prefetch(2), verbose=0)
extracted = time.perf_counter()

order = np.random.default_rng(1).permutation(len(labels))
held_out, train = order[: len(order) // 5], order[len(order) // 5 :]
head = keras.Sequential([keras.Input((features.shape[1],)), keras.layers.Dense(classes, activation="softmax")])
head.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = head.fit(
    features[train], labels[train], validation_data=(features[held_out], labels[held_out]), batch_size=32, epochs=EPOCHS, verbose=0
)
print(
    json.dumps(
        {
            "script": "features-once",
            "importSeconds": imported - started,
            "extractionSeconds": extracted - imported,
            "seconds": time.perf_counter() - started,
            "validationAccuracy": history.history["val_accuracy"][-1],
            "peakMegabytes": peak_megabytes(),
        }
    )
)
