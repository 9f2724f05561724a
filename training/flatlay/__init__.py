"""The renderer: flat-lay silhouettes of garments drawn by code, for the assets of `catalog/flatlay.py`. No photo."""
