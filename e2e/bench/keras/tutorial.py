"""Transfer learning as Keras's own tutorial teaches it: the frozen network stays inside the model and every epoch runs it again.
usage: tutorial.py PHOTOS [NETWORK_FOLDER]; prints one line of JSON."""

import json
import sys
import time

started = time.perf_counter()
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras

from body import SIDE_PX, mobilenet_v2_035, peak_megabytes

EPOCHS = 6

imported = time.perf_counter()
train, validation = keras.utils.image_dataset_from_directory(
    sys.argv[1], image_size=(SIDE_PX, SIDE_PX), batch_size=32, validation_split=0.2, subset="both", seed=1, verbose=False
)
classes = len(train.class_names)
body = mobilenet_v2_035(keras, sys.argv[2] if len(sys.argv) > 2 else None)
inputs = keras.Input((SIDE_PX, SIDE_PX, 3))
features = body(keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs), training=False)
pooled = keras.layers.GlobalAveragePooling2D()(features)
model = keras.Model(inputs, keras.layers.Dense(classes, activation="softmax")(pooled))
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(train.prefetch(2), validation_data=validation.prefetch(2), epochs=EPOCHS, verbose=0)
print(
    json.dumps(
        {
            "script": "tutorial",
            "importSeconds": imported - started,
            "seconds": time.perf_counter() - started,
            "validationAccuracy": history.history["val_accuracy"][-1],
            "peakMegabytes": peak_megabytes(),
        }
    )
)
