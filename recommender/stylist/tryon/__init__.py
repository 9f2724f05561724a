"""Where clothes lie on a body, in two dimensions: figures, garment landmarks and the curves that take one to the other."""
