"""Finding outfits: what to wear, what goes with a piece, which looks can be built."""
