"""Text encoder: words to the pictures' embedding."""
