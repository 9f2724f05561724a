"""The demo catalogue: twelve houses that do not exist, what they sell, and looks put together from it."""
