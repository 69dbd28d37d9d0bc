"""Writes network-input.json: what Pillow makes of drawn pictures, as the reference for networkInput().

    pip install pillow==13.0.0 numpy && python make_network_input.py > network-input.json
"""

import base64
import json

import numpy as np
import PIL
from PIL import Image


def drawn(width, height):
    """The picture that the test draws by the same formula: slopes, stripes and hard edges."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.int64)
    slopes = x * 3 + y * 2 + c * 40
    stripes = ((x // (c + 2)) % 2) * 90
    blocks = (((x // 17) + (y // 11)) % 3 == 0) * 120
    return ((slopes + stripes + blocks) % 256).astype(np.uint8)


def as_the_network_sees(pixels, size):
    height, width = pixels.shape[:2]
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    square = Image.fromarray(pixels).crop((left, top, left + side, top + side))
    return np.asarray(square.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=None))


cases = [(500, 375, 32), (384, 601, 48), (333, 250, 64), (40, 30, 64), (31, 90, 20), (64, 64, 64), (1000, 700, 24), (3, 2, 8)]
print(json.dumps({
    "origin": f"Pillow {PIL.__version__}: crop(centre square), resize(BILINEAR, reducing_gap=None); make_network_input.py",
    "cases": [
        {"widthPx": w, "heightPx": h, "sizePx": s, "pixels": base64.b64encode(as_the_network_sees(drawn(w, h), s).tobytes()).decode()}
        for w, h, s in cases
    ],
}, indent=1))
