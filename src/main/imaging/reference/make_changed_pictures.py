"""Writes changed-pictures.json: pictures as scipy and Pillow change them, as the reference for change-picture.ts.

    pip install scipy==1.17.1 pillow==13.0.0 && python make_changed_pictures.py > changed-pictures.json
"""

import base64
import json

import numpy as np
from PIL import Image, ImageEnhance
from scipy.ndimage import gaussian_filter, map_coordinates

size = 16


def drawn_picture():
    """The picture that the test draws by the same formula."""
    y, x, c = np.mgrid[0:size, 0:size, 0:3]
    return np.floor(127.5 + 90 * np.sin(x * 0.7 + c) + 37 * np.cos(y * (0.5 + 0.3 * c))).astype(np.uint8)


def moved(picture, look):
    theta = np.deg2rad(look.get("degrees", 0))
    side = look.get("side", 1)
    centre = (size - 1) / 2
    room = abs(1 - side) * size / 2
    samples = int(np.ceil(side))
    total = np.zeros(picture.shape)
    # Inverse of: flip, then scale, then turn clockwise (y points down), then move.
    turn = np.array([[np.cos(theta), np.sin(theta)], [-np.sin(theta), np.cos(theta)]])
    flip = np.diag([-1.0 if look.get("mirrored") else 1.0, -1.0 if look.get("upsideDown") else 1.0])
    for i in range(samples):
        for j in range(samples):
            y, x = np.mgrid[0:size, 0:size].astype(np.float64)
            at = np.stack([x + (i + 0.5) / samples - 0.5 - centre, y + (j + 0.5) / samples - 0.5 - centre])
            seen = np.einsum("ab,bhw->ahw", side * flip @ turn, at)
            seen += np.array([centre + look.get("across", 0) * room, centre + look.get("down", 0) * room])[:, None, None]
            for c in range(3):
                total[:, :, c] += map_coordinates(picture[:, :, c].astype(np.float64), seen[::-1], order=1, mode="reflect")
    return total / samples**2


def coloured(values, look):
    image = Image.fromarray(np.clip(np.round(values), 0, 255).astype(np.uint8))
    image = ImageEnhance.Brightness(image).enhance(look.get("brightness", 1))
    image = ImageEnhance.Contrast(image).enhance(look.get("contrast", 1))
    return np.asarray(ImageEnhance.Color(image).enhance(look.get("saturation", 1)), dtype=np.float64)


def changed(look):
    values = moved(drawn_picture(), look)
    if any(name in look for name in ("brightness", "contrast", "saturation")):
        values = coloured(values, look)
    if "blur" in look:
        values = gaussian_filter(values, sigma=(look["blur"] * size, look["blur"] * size, 0), mode="reflect")
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


looks = [
    {"mirrored": True},
    {"upsideDown": True},
    {"degrees": 90},
    {"degrees": -17},
    {"side": 0.7, "across": 0.5, "down": -1},
    {"side": 1.4, "across": -0.3, "down": 0.6},
    {"mirrored": True, "degrees": 150, "side": 0.85, "across": -1, "down": 0.2},
    {"brightness": 1.3},
    {"brightness": 0.6},
    {"contrast": 1.5},
    {"contrast": 0.4},
    {"saturation": 1.8},
    {"saturation": 0.1},
    {"brightness": 0.8, "contrast": 1.3, "saturation": 0.5},
    {"blur": 0.05},
    {"degrees": 8, "side": 0.9, "across": 0.4, "down": 0.4, "blur": 0.02},
]
print(json.dumps([{"look": look, "pixels": base64.b64encode(changed(look).tobytes()).decode()} for look in looks], indent=2))
