"""Sizes: a body (`body`), a size chart (`charts`, `labels`), how much room clothes want (`ease`), and advice.

Start at `body.read_body` and `advice.recommend_size`; `garment_fit` judges what somebody owns already.
Lengths are millimetres, girths whole girths.
"""
