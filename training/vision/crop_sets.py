"""The crops a classifier learns from and is measured on, and how batches of them are drawn."""

from pathlib import Path

import numpy as np

from training.vision.classifier import Targets
from training.vision.classifier_phases import Phase
from training.vision.crops import (
    PRODUCT,
    PUSHED,
    STREET,
    Crop,
    CropReader,
    closet_crops,
    corner_textures,
    product_crops,
    street_crops,
    tagged_crops,
)
from training.vision.loop import hash_name
from training.vision.negatives import Negatives
from training.vision.packs import Pack

DISTORTIONS = {"product": PRODUCT, "street": STREET}


class CropSets:
    """All crops and their targets, with the train indices of each source.

    masks, worn: outlines of closet photos and label maps of street photos, see `CropReader`.
    """

    def __init__(
        self,
        cache: Path,
        data: Path,
        masks: dict[int, np.ndarray] | None = None,
        worn: dict[int, np.ndarray] | None = None,
    ) -> None:
        masks, worn = masks or {}, worn or {}
        packs = {name: Pack.open(cache, f"{name}_photos") for name in ("product", "closet", "street")}
        tags = (data / "street_labels.txt").read_text().split()
        self.crops: list[Crop] = [
            *product_crops(packs["product"]),
            *closet_crops(packs["closet"]),
            *street_crops(packs["street"], tags),
            *tagged_crops(packs["street"], worn),
        ]
        self.nothing = len(self.crops)  # the one entry that stands for every picture without a garment
        self.crops.append(Crop("nothing", 0, (0, 0, 0, 0), {}, validation=False, article=""))
        floors = corner_textures(packs["closet"])
        self.reader = CropReader(packs, floors, masks, worn)
        self.negatives = Negatives.of(packs["street"], tags, floors)
        self.unseen_negatives = Negatives.of(packs["street"], tags, [], validation=True)
        self.targets = Targets(self.crops)
        self.train = {
            source: np.array([i for i, c in enumerate(self.crops) if c.source == source and not c.validation])
            for source in (*packs, "nothing")
        }
        self.aside = [i for i, crop in enumerate(self.crops) if crop.aside]
        self.validation = [i for i, crop in enumerate(self.crops) if crop.validation]
        self.draws: dict[str, np.ndarray] = {}
        self.learn_from(everything=False)

    def learn_from(self, *, everything: bool) -> None:
        """Draw from all training crops, or from all but those set aside."""
        self.draws = {source: self._chances(rows) for source, rows in self.train.items()}
        if not everything:
            kept = np.array([not self.crops[i].aside for i in self.train["closet"]])
            self.draws["closet"] = self.draws["closet"] * kept / self.draws["closet"][kept].sum()

    def _chances(self, rows: np.ndarray) -> np.ndarray:
        """Rarer articles are drawn more often, with the square root of their rarity."""
        articles = self.targets.words["article"][rows]
        counts = np.bincount(articles + 1, minlength=articles.max() + 2)
        chance = 1 / np.sqrt(np.maximum(counts[articles + 1], 8.0))
        return chance / chance.sum()

    def batch(self, phase: Phase, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch `number` of a phase: pictures (n, s, s, 3) uint8 and the crops' indices (n,)."""
        rng = np.random.default_rng((seed, hash_name(phase.name), number))
        names = [name for name, _ in phase.shares]
        sources = rng.choice(len(names), phase.batch, p=[share for _, share in phase.shares])
        chosen = [int(rng.choice(self.train[names[s]], p=self.draws[names[s]])) for s in sources]
        return np.stack([self._picture(i, phase, rng) for i in chosen]), np.array(chosen)

    def _picture(self, index: int, phase: Phase, rng: np.random.Generator) -> np.ndarray:
        crop = self.crops[index]
        if crop.source == "nothing":
            return self.negatives.draw(phase.size, rng)
        how = PUSHED[phase.closet] if crop.source == "closet" else DISTORTIONS[crop.source]
        return self.reader.draw(crop, phase.size, how, rng, phase.cut, phase.tight)
