"""Flat-lay pictures of garments, drawn by code: no photo, no foreign file. Plain Python, without Django."""

from catalog.drawing.garment import draw_garment
from catalog.drawing.scene import GROUNDS, Placed, flat_lay
from catalog.drawing.silhouettes import SILHOUETTES
from catalog.drawing.spec import GarmentSpec, Silhouette

__all__ = ["GROUNDS", "SILHOUETTES", "GarmentSpec", "Placed", "Silhouette", "draw_garment", "flat_lay"]
