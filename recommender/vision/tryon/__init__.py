"""The mirror's pixels: landmarks of a cutout, warps, a mannequin, and a person dressed anew."""
