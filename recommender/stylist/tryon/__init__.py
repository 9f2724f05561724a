"""Where clothes lie on a body, in two dimensions: figures, landmarks, and curves between them."""
