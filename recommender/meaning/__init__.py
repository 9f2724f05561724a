"""Text encoder: words in Korean and English as a vector among those of pictures. Plain NumPy."""
