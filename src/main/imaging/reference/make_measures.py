"""Writes measures.json beside it: the blur effect of pictures that a formula draws, by scipy's own mean filter. Needs numpy and scipy.

Crete et al., "The blur effect: perception and estimation with a new no-reference perceptual blur metric", SPIE 6492, 2007:
differences of neighbours, the same of the picture blurred by a mean of 7 pixels along one direction, and how much of the first
the blur takes away. The larger value of the two directions counts.
"""

import json
import pathlib

import numpy as np
from scipy.ndimage import uniform_filter1d

WIDTH, HEIGHT, SIZE = 150, 128, 7


def pictures():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.int64)
    yield "noise", (x * x * 31 + y * y * 17 + x * y * 7) % 256
    yield "soft", np.abs((x * 5 + y * 3) % 200 - 100) + 50
    yield "edges", ((x // 16 + y // 16) % 2) * 200 + 20
    yield "lines", ((x // 3) % 2) * 90 + 80


def blur(grey, axis):
    sharp = np.abs(np.diff(grey, axis=axis))
    blurred = np.abs(np.diff(uniform_filter1d(grey, SIZE, axis=axis), axis=axis))
    lost = np.maximum(0, sharp - blurred)
    # Where the mean would reach beyond the picture, there is none.
    inside = [slice(None), slice(None)]
    inside[axis] = slice(SIZE // 2, grey.shape[axis] - SIZE // 2 - 1)
    sharp, lost = sharp[tuple(inside)].sum(), lost[tuple(inside)].sum()
    return float((sharp - lost) / sharp) if sharp > 0 else 0.0


def measures(grey):
    grey = grey.astype(np.float64)
    left, right = int(np.floor(WIDTH * 0.35)), int(np.ceil(WIDTH * 0.65))
    top, bottom = int(np.floor(HEIGHT * 0.35)), int(np.ceil(HEIGHT * 0.65))
    return {
        "blur": max(blur(grey, 0), blur(grey, 1)),
        "highlight": float(np.percentile(grey, 95, method="inverted_cdf")),
        "middleWhite": float((grey[top:bottom, left:right] >= 250).mean()),
    }


if __name__ == "__main__":
    found = {name: measures(grey) for name, grey in pictures()}
    path = pathlib.Path(__file__).with_name("measures.json")
    path.write_text(json.dumps({"widthPx": WIDTH, "heightPx": HEIGHT, "pictures": found}, indent=2) + "\n")
