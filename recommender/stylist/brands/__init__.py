"""Brands like a closet, and a fair share of being seen for emerging ones."""
