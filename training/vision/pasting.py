"""Laying cutouts on grounds: what scenes are made of."""

from dataclasses import dataclass

import cv2
import numpy as np

from training.vision.crops import WHITE_LEVEL

cv2.setNumThreads(1)


@dataclass
class Cut:
    """A garment cut out of its ground: picture, alpha (h, w) uint8, class number."""

    image: np.ndarray
    alpha: np.ndarray
    part: int


def skin_share(image: np.ndarray, alpha: np.ndarray) -> float:
    """The share of foreground pixels of skin colour: tells shop models from garments lying flat."""
    ycc = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    skin = (ycc[..., 1] > 138) & (ycc[..., 1] < 173) & (ycc[..., 2] > 95) & (ycc[..., 2] < 127) & (ycc[..., 0] > 80)
    inside = alpha > 127
    return float((skin & inside).sum() / max(1, inside.sum()))


def white_alpha(image: np.ndarray) -> np.ndarray:
    """Alpha (h, w) uint8 of a product on white: what the border's white cannot reach is garment."""
    light = (image.min(axis=2) >= WHITE_LEVEL).astype(np.uint8)
    padded = np.pad(light, 1, constant_values=1)
    flood = np.zeros((padded.shape[0] + 2, padded.shape[1] + 2), np.uint8)
    cv2.floodFill(padded, flood, (0, 0), 2)
    alpha = (padded[1:-1, 1:-1] != 2).astype(np.uint8) * 255
    return cv2.erode(alpha, np.ones((3, 3), np.uint8)) if min(image.shape[:2]) > 100 else alpha


def open_rings(image: np.ndarray, alpha: np.ndarray, least: float = 0.01) -> np.ndarray:
    """Alpha with the white seen through a handle or a strap taken out: large islands of pure white."""
    white = ((image.min(axis=2) >= 250) & (alpha > 0)).astype(np.uint8)
    count, islands, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=4)
    large = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] > least * white.size]
    return np.where(np.isin(islands, large), 0, alpha).astype(np.uint8) if large else alpha


def floor(textures: list[np.ndarray], size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A piece of one texture (sometimes two, meeting at a line) of the size asked, (h, w, 3) uint8."""
    pieces = []
    for _ in range(2 if rng.random() < 0.25 else 1):
        texture = textures[int(rng.integers(len(textures)))]
        height, width = texture.shape[:2]
        scale = rng.uniform(0.5, 1.0)
        h, w = max(8, int(height * scale)), max(8, int(width * scale))
        y, x = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
        piece = cv2.resize(texture[y : y + h, x : x + w], size[::-1], interpolation=cv2.INTER_CUBIC)
        if rng.random() < 0.5:
            piece = piece[::-1]
        pieces.append(piece)
    ground = pieces[0].copy()
    if len(pieces) == 2:
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.3, 0.3)
        ys, xs = np.mgrid[-0.5 : 0.5 : size[0] * 1j, -0.5 : 0.5 : size[1] * 1j]
        beyond = np.cos(angle) * xs + np.sin(angle) * ys > offset
        ground[beyond] = pieces[1][beyond]
    noise = rng.normal(0, rng.uniform(0, 5), (*size, 1))
    return np.clip(ground + noise, 0, 255).astype(np.uint8)


def lay(
    canvas: np.ndarray,
    labels: np.ndarray,
    cut: Cut,
    share: float,
    rng: np.random.Generator,
    where: tuple[float, float] | None = None,
    tilt: float = 40,
) -> None:
    """Lay a cutout on canvas and labels in place, with a soft shadow; `share`: of the canvas's fitting side."""
    height, width = canvas.shape[:2]
    h, w = cut.image.shape[:2]
    scale = share * min(height / h, width / w)
    angle = rng.uniform(-tilt, tilt) if rng.random() < 0.7 else 0.0
    centre = where or (rng.uniform(0.42, 0.58), rng.uniform(0.42, 0.58))
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), angle, scale)
    matrix[:, 2] += np.array([centre[0] * width - w / 2, centre[1] * height - h / 2])
    if rng.random() < 0.5:
        matrix = matrix @ np.array([[-1, 0, w], [0, 1, 0], [0, 0, 1.0]])
    image = cv2.warpAffine(cut.image, matrix, (width, height), flags=cv2.INTER_LINEAR)
    alpha = cv2.warpAffine(cut.alpha, matrix, (width, height), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.7:
        reach = rng.uniform(2, 8)
        shadow = cv2.GaussianBlur(np.roll(alpha, (int(reach), int(rng.uniform(-reach, reach))), (0, 1)), (0, 0), reach)
        canvas[:] = (canvas * (1 - shadow[..., None] / 255.0 * rng.uniform(0.1, 0.5))).astype(np.uint8)
    light = rng.uniform(0.8, 1.1)
    weight = alpha[..., None] / 255.0
    canvas[:] = np.clip(canvas * (1 - weight) + image * light * weight, 0, 255).astype(np.uint8)
    labels[alpha > 127] = cut.part


def placement(
    shape: tuple[int, ...], size: tuple[int, int], zoom: float, rng: np.random.Generator, tilt: float, roam: bool
) -> np.ndarray:
    """The 2x3 matrix that fits a photo into `size`, zoomed, tilted and perhaps mirrored."""
    height, width = shape[:2]
    scale = zoom * min(size[0] / height, size[1] / width)
    angle = np.deg2rad(rng.uniform(-tilt, tilt))
    stretch = np.exp(rng.uniform(-0.08, 0.08))
    cos, sin = np.cos(angle), np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([scale * stretch, scale / stretch])
    if rng.random() < 0.5:
        linear = linear @ np.diag([-1.0, 1.0])
    focus = np.array([width / 2, height / 2])
    if roam:
        focus = np.array([width * rng.uniform(0.3, 0.7), height * rng.uniform(0.15, 0.9)])
    target = np.array([size[1] / 2, size[0] / 2]) + rng.uniform(-0.06, 0.06, 2) * np.array(size[::-1])
    return np.column_stack([linear, target - linear @ focus])


def warp(
    image: np.ndarray,
    parts: np.ndarray,
    matrix: np.ndarray,
    size: tuple[int, int],
    rng: np.random.Generator,
    border: tuple[int, int, int] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    if border is None:
        border = (124, 116, 104) if rng.random() < 0.6 else tuple(int(v) for v in rng.integers(0, 256, 3))
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < 0.7:
        image = cv2.GaussianBlur(image, (0, 0), 0.35 / scale)
    drawn = cv2.warpAffine(image, matrix, size[::-1], flags=cv2.INTER_LINEAR, borderValue=border)
    labels = cv2.warpAffine(parts, matrix, size[::-1], flags=cv2.INTER_NEAREST, borderValue=0)
    return drawn, labels


def relight(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    level = np.exp(rng.uniform(-0.35, 0.3))
    gains = level * (1 + rng.uniform(-0.1, 0.1, 3))
    curve = np.linspace(0, 1, 256)[:, None] ** np.exp(rng.uniform(-0.25, 0.25))
    table = np.clip(255 * curve * gains[None], 0, 255).astype(np.uint8)
    image = cv2.LUT(image, table.reshape(1, 256, 3))
    if rng.random() < 0.12:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5))
    return image
