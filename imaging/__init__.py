"""The ground floor: hostile bytes to pictures, pictures to WebP, sRGB to CIELAB and back. Imports nothing of ours."""
