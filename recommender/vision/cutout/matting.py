"""Matting: from a network's coarse mask to a clean alpha. GrabCut, guided filter, holes, edge decontamination."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from recommender.vision.options import CutoutOptions

FloatArray = NDArray[np.float32]
Alpha = NDArray[np.uint8]

_FRINGE_STEP: Final = 4
_EDGE_GAIN: Final = 8.0  # how much steeper an evened-out edge goes from 0 to 1


def guided_filter(
    rgb: NDArray[np.uint8], probability: FloatArray, options: CutoutOptions, *, fill: bool = True
) -> Alpha:
    """The alpha of a garment at the picture's full size (He et al., guided image filtering, colour guide).

    rgb: (h, w, 3) uint8. probability: (h', w') float32, 0..1, over the same view at any resolution. fill:
    whether holes that look like cloth are closed. Returns (h, w) uint8; all zero where no probability is above 0.5.
    """
    height, width = rgb.shape[:2]
    if float(probability.max(initial=0)) <= 0.5:
        return np.zeros((height, width), np.uint8)
    ratio = min(1.0, options.solve_side / max(height, width))
    size = (max(8, round(width * ratio)), max(8, round(height * ratio)))
    guide: FloatArray = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32) / np.float32(255)
    coarse: FloatArray = np.asarray(cv2.resize(probability, size, interpolation=cv2.INTER_CUBIC), np.float32).clip(0, 1)
    if fill:
        coarse = filled(coarse, guide, options)
    cell = max(1.0, max(size) / max(probability.shape))  # of the network's grid, in pixels of the guide
    # Solved on a small picture and applied at full size: as sharp, a tenth of the work.
    slopes, offset = _coefficients(guide, coarse, radius=round(3 * cell) + 1, epsilon=options.epsilon)
    full_slopes = cv2.resize(slopes, (width, height), interpolation=cv2.INTER_LINEAR)
    full_offset = cv2.resize(offset, (width, height), interpolation=cv2.INTER_LINEAR)
    weighed = cv2.multiply(full_slopes, rgb, dtype=cv2.CV_32F, scale=1 / 255)
    alpha = cv2.add(cv2.transform(weighed, np.ones((1, 3), np.float32)), full_offset)
    low, high = options.alpha_range
    solid = 255 / (high - low)
    # Saturates below 0 and above 255, as an alpha should.
    final: Alpha = np.asarray(cv2.addWeighted(alpha, solid, alpha, 0.0, -low * solid, dtype=cv2.CV_8U), np.uint8)
    # The filter may only decide near the coarse edge: far inside is cloth, far outside is not.
    inner, outer = _certain(coarse, cell, (width, height))
    final[inner] = 255
    final[~outer] = 0
    return _without_haze(final, options)


def _without_haze(alpha: Alpha, options: CutoutOptions) -> Alpha:
    """The alpha with an edge where the filter found none: a blue shirt under a blue jacket.

    An edge is a few pixels wide; wider half-transparent areas are smoothed and thresholded softly.
    """
    width = max(options.min_edge, round(max(alpha.shape) * options.max_edge)) | 1
    partial = cv2.inRange(alpha, 1, 254)
    haze = cv2.morphologyEx(partial, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)))
    if not haze.any():
        return alpha
    # A little beyond, so that the two edges meet.
    haze = cv2.bitwise_and(cv2.dilate(haze, np.ones((3, 3), np.uint8)), partial)
    even = cv2.GaussianBlur(alpha, (0, 0), width / 5)
    edge = cv2.addWeighted(even, _EDGE_GAIN, even, 0.0, -127.5 * (_EDGE_GAIN - 1))
    return np.where(haze > 0, edge, alpha)


def grabcut_refine(
    rgb: NDArray[np.uint8], probability: FloatArray, options: CutoutOptions, *, has_edges: bool = False
) -> FloatArray:
    """The mask of a flat-lay garment, refined by GrabCut with colour models of garment and background.

    The network overflows into folds of a blanket, shadows and the floor between a sleeve and the body; those have the
    background's colours. Where GrabCut disagrees with the network as a whole, colours do not tell (white on white), and
    the network's mask is returned.
    rgb: (h, w, 3) uint8 of the whole photo, so that enough background is seen. probability: (h', w') float32 over the
    same view. has_edges: pixels outside `options.firm` stay as the network says. Returns (h", w") float32 over it.
    """
    ratio = min(1.0, options.grabcut_side / max(rgb.shape[:2]))
    size = (max(8, round(rgb.shape[1] * ratio)), max(8, round(rgb.shape[0] * ratio)))
    # Weave and grain are evened out first.
    small = cv2.bilateralFilter(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), 5, 18, 4)
    coarse = cv2.resize(probability, size, interpolation=cv2.INTER_LINEAR)
    before = coarse > 0.5
    depth = cv2.distanceTransform(np.pad(before.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.uint8)
    core = depth > options.core_depth * depth.max()
    background = before & ~core & _background_coloured(lab, core, coarse < options.background_probability, options)
    marks = np.where(before & ~background, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[(depth > options.sure_depth * depth.max()) & (coarse > 0.9)] = cv2.GC_FGD
    marks[cv2.erode((coarse < 0.05).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = cv2.GC_BGD
    if not (marks == cv2.GC_FGD).any() or before.all():
        return probability
    cv2.setRNGSeed(1)  # the same photo gives the same cutout
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(lab, marks, (0, 0, 0, 0), *models, options.grabcut_rounds, cv2.GC_INIT_WITH_MASK)
    # The network overflows rather than misses: GrabCut may take away from it, and add a rim.
    near = cv2.dilate(before.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    cloth = np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)) & near
    if has_edges:
        low, high = options.firm
        cloth = (cloth | (coarse > high)) & (coarse > low)
    cloth = _without_small_pieces(cloth, options.min_piece)
    if (cloth & before).sum() < options.min_agreement * (cloth | before).sum():
        return probability
    return np.asarray(cv2.GaussianBlur(cloth.astype(np.float32), (0, 0), 0.8), np.float32)


def _background_coloured(
    lab: NDArray[np.uint8], cloth: NDArray[np.bool_], background: NDArray[np.bool_], options: CutoutOptions
) -> NDArray[np.bool_]:
    """Where a colour is frequent in the background and rare on the cloth; (h, w) bool. lab: (h, w, 3) uint8.

    A colour that neither has (a sleeve unlike the body) is not the background's.
    """
    cells = (lab // np.array([32, 8, 8])).astype(np.int64) @ np.array([32 * 32, 32, 1])
    shares = []
    for where in (cloth, background):
        counts = np.bincount(cells[where], minlength=8 * 32 * 32).astype(np.float32).reshape(8, 32, 32)
        smooth = cv2.GaussianBlur(counts.transpose(1, 2, 0), (0, 0), 1.0).transpose(2, 0, 1)
        smooth[1:-1] = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
        shares.append(smooth.reshape(-1)[cells] / max(1, where.sum()))
    return np.asarray((shares[1] > options.background_share) & (shares[1] > options.background_ratio * shares[0]))


def _without_small_pieces(mask: NDArray[np.bool_], min_share: float) -> NDArray[np.bool_]:
    """The largest 4-connected piece and those of at least `min_share` of it: a second shoe, not the corner of a rug."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # the ground
    return np.asarray(np.isin(labels, np.flatnonzero(areas >= max(1, min_share * areas.max()))))


def filled(probability: FloatArray, guide: FloatArray, options: CutoutOptions) -> FloatArray:
    """Close holes that are cloth: small ones, ones the network is unsure of, ones of the garment's own colour.

    White clothes on white bedding come with holes; the gap of a bag's handle is a hole to keep.
    """
    inside = (probability > 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - inside, connectivity=4)
    area = int(inside.sum())
    outer = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    outside = np.isin(labels, outer) & (inside == 0)
    result = probability.copy()
    beyond = guide[outside].mean(0) if outside.any() else None
    for index in range(1, count):
        if index in outer:
            continue
        hole = labels == index
        size = stats[index, cv2.CC_STAT_AREA]
        cloth = size <= options.small_hole * area or float(probability[hole].mean()) > options.hole_probability
        if not cloth and beyond is not None and size < 0.1 * area:
            around = cv2.dilate(hole.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & (inside == 1)
            if around.any():
                own, colour = guide[around].mean(0), guide[hole].mean(0)
                cloth = np.abs(colour - own).sum() < 0.5 * np.abs(colour - beyond).sum()
        if cloth:
            result[hole] = 1.0
    return result


def _certain(coarse: FloatArray, cell: float, size: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a pixel is surely cloth, and where it possibly is, at full size."""
    reach = round(2.4 * cell) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    solid = (coarse > 0.5).astype(np.uint8)
    inner = cv2.resize(cv2.erode(solid, kernel), size, interpolation=cv2.INTER_NEAREST)
    outer = cv2.resize(cv2.dilate(solid, kernel), size, interpolation=cv2.INTER_NEAREST)
    return inner.astype(bool), outer.astype(bool)


def _coefficients(
    guide: FloatArray, values: FloatArray, *, radius: int, epsilon: float
) -> tuple[FloatArray, FloatArray]:
    """The guided filter's (h, w, 3) slopes and (h, w) offset, already averaged."""

    def mean(field: FloatArray) -> FloatArray:
        return np.asarray(cv2.blur(field, (2 * radius + 1, 2 * radius + 1), borderType=cv2.BORDER_REFLECT))

    red, green, blue = guide[..., 0], guide[..., 1], guide[..., 2]
    centre, level = mean(guide), mean(values)
    cross = mean(guide * values[..., None]) - centre * level[..., None]
    rr = mean(red * red) - centre[..., 0] ** 2 + epsilon
    gg = mean(green * green) - centre[..., 1] ** 2 + epsilon
    bb = mean(blue * blue) - centre[..., 2] ** 2 + epsilon
    rg = mean(red * green) - centre[..., 0] * centre[..., 1]
    rb = mean(red * blue) - centre[..., 0] * centre[..., 2]
    gb = mean(green * blue) - centre[..., 1] * centre[..., 2]
    # The inverse of a symmetric 3x3 by cofactors: numpy's solver would be 20 times slower on 200,000 of them.
    i00, i01, i02 = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    i11, i12, i22 = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    determinant = rr * i00 + rg * i01 + rb * i02
    slopes = (
        np.stack(
            [
                i00 * cross[..., 0] + i01 * cross[..., 1] + i02 * cross[..., 2],
                i01 * cross[..., 0] + i11 * cross[..., 1] + i12 * cross[..., 2],
                i02 * cross[..., 0] + i12 * cross[..., 1] + i22 * cross[..., 2],
            ],
            axis=-1,
        )
        / determinant[..., None]
    )
    offset = level - (slopes * centre).sum(-1)
    return mean(slopes.astype(np.float32)), mean(offset.astype(np.float32))


def decontaminate_edges(rgb: NDArray[np.uint8], alpha: Alpha) -> NDArray[np.uint8]:
    """The picture with edge pixels recoloured from the cloth beside them, so that no background shines through.

    rgb: (h, w, 3) uint8. alpha: (h, w) uint8. Solid pixels stay as they are.
    """
    # Colours vary slowly along an edge, so they are gathered on a smaller picture.
    size = (max(1, rgb.shape[1] // _FRINGE_STEP), max(1, rgb.shape[0] // _FRINGE_STEP))
    solid = cv2.resize((alpha >= 250).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    sure = (solid > 0.99).astype(np.float32)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) * sure[..., None]
    reach = max(3, round(max(size) / 60)) | 1
    weight, colour = cv2.blur(sure, (reach, reach)), cv2.blur(small, (reach, reach))
    whole = (rgb.shape[1], rgb.shape[0])
    # Both are enlarged before they are divided: enlarging the quotient would mix in the black of where no cloth is.
    weight, colour = cv2.resize(weight, whole), cv2.resize(colour, whole)
    near = (alpha < 250) & (alpha > 0) & (weight > 1e-2)
    result = rgb.copy()
    result[near] = (colour[near] / weight[near, None]).clip(0, 255).astype(np.uint8)
    return result


def empty(alpha: Alpha, options: CutoutOptions) -> bool:
    """Whether nothing worth keeping was found (a constant mask included)."""
    return float((alpha > 127).mean()) < options.min_foreground
