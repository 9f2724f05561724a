"""What every shape works with: the sheet, the cloth, colours of trims, luck, and the small parts shapes share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from catalog.colour import LAB, Lab, Rgb, rgb, shifted
from training.flatlay import paths
from training.flatlay.cloth import FEELS, Cloth
from training.flatlay.paths import Points
from training.flatlay.sheet import Sheet

BRASS: Lab = (66, 9, 40)
STEEL: Lab = (74, -1, -2)
HORN: Lab = (27, 9, 12)
PEARL: Lab = (92, 0, 4)


@dataclass
class Bench:
    """colours: all the garment's, main first; `cloth` is the main one cut and dyed."""

    sheet: Sheet
    cloth: Cloth
    colours: tuple[Lab, ...]
    pattern: str
    material: str
    rng: np.random.Generator
    motif: bool = field(default=False)  # a graphic is wanted and the cloth itself is plain

    @property
    def lab(self) -> Lab:
        return self.cloth.lab

    @property
    def thread(self) -> Rgb:
        """Sewing thread that shows a little on the cloth."""
        return rgb(shifted(self.lab, -16 if self.lab[0] > 45 else 22, 0.9))

    def maybe(self, chance: float) -> bool:
        return bool(self.rng.random() < chance)

    def pick(self, *options: str) -> str:
        return str(self.rng.choice(options))

    def vary(self, value: float, share: float = 0.06) -> float:
        return float(value * self.rng.uniform(1 - share, 1 + share))

    def trim(self, otherwise: Lab | None = None) -> Cloth:
        """A second colour if one was chosen and no pattern uses it, else a given one, else the main colour."""
        if len(self.colours) > 1 and self.pattern == "solid":
            return self.cloth.dyed(self.colours[1])
        return self.cloth.dyed(otherwise) if otherwise else self.cloth.plain()

    def material_of(self, material: str, lab: Lab) -> Cloth:
        return Cloth(lab, rgb(lab), FEELS[material], shift=self.cloth.shift)

    def lining(self) -> Cloth:
        """The inside of the garment, seen at the neck."""
        return self.cloth.plain().toned(-3 if self.lab[0] > 30 else 3).woven("jersey", depth=0.015)

    # -- small parts -----------------------------------------------------------------------------------------------

    def ribbed(self, outline: Points, *, angle: float = 0, lab: Lab | None = None, scale: float = 1.3) -> None:
        """A cuff, hem or collar of rib knit."""
        cloth = self.cloth.dyed(lab) if lab else self.cloth.plain()
        cloth = cloth.woven("fine-rib", depth=0.10, crease=0.0, gloss=0.0, scale=scale)
        self.sheet.panel(outline, cloth, angle=angle, puff=0.5, cast=0.22, reach=0.008)

    def hem(self, line: Points, *, away: float = 0.016, double: bool = False, ink: Rgb | None = None) -> None:
        """Topstitching that follows an edge."""
        self.sheet.seam(paths.offset(line, away * 1.05), depth=0.10)
        for k in range(2 if double else 1):
            self.sheet.stitch(paths.offset(line, away + k * 0.007), self.thread if ink is None else ink)

    def button(
        self, x: float, y: float, r: float = 0.0095, *, lab: Lab = PEARL, holes: int = 4, shiny: bool = False
    ) -> None:
        cloth = self.material_of("leather" if shiny else "synthetic", lab).woven("jersey", depth=0.0, crease=0.0)
        self.sheet.panel(
            paths.ellipse(x, y, r, r, count=28), cloth, puff=0.25, cast=0.5, reach=0.008, soft=0.3, edge=0.6
        )
        self.sheet.ink(
            [np.vstack([ring := paths.ellipse(x, y, r * 0.66, r * 0.66, count=24), ring[:1]])],
            rgb(shifted(lab, -12)),
            width=0.0018,
            cover=0.6,
        )
        dark = rgb(shifted(lab, -34 if lab[0] > 40 else 26))
        for k in range(holes):
            a = math.pi / 4 + k * 2 * math.pi / holes
            dx, dy = r * 0.26 * math.cos(a), r * 0.26 * math.sin(a)
            self.sheet.ink([paths.line((x + dx - 0.001, y + dy), (x + dx + 0.001, y + dy))], dark, width=0.0024)

    def snap(self, x: float, y: float, r: float = 0.0085, *, lab: Lab = BRASS) -> None:
        """A metal rivet or jeans button."""
        metal = self.material_of("leather", lab).woven("jersey", depth=0.0, crease=0.0)
        self.sheet.panel(
            paths.ellipse(x, y, r, r, count=24), metal, puff=1.3, cast=0.5, reach=0.006, soft=0.3, edge=1.6
        )
        self.sheet.panel(
            paths.ellipse(x, y, r * 0.5, r * 0.5, count=16), metal, puff=0.8, cast=0.5, reach=0.004, soft=0.2
        )

    def buttons(
        self, line: Points, count: int, *, lab: Lab = PEARL, r: float = 0.0095, first: float = 0.04, last: float = 0.93
    ) -> None:
        for t in np.linspace(first, last, count):
            self.button(*paths.along(line, float(t)), r, lab=lab)

    def zip(
        self,
        line: Points,
        *,
        lab: Lab = STEEL,
        tape: Lab | None = None,
        pull: float | None = 0.02,
        width: float = 0.013,
    ) -> None:
        """A closed zip along a line with its puller at the share `pull`."""
        cloth = self.cloth.plain().dyed(tape or shifted(self.lab, -10)).woven("twill", depth=0.05, crease=0.0)
        strip = np.vstack([paths.offset(line, -width / 2), paths.offset(line, width / 2)[::-1]])
        self.sheet.panel(strip, cloth, puff=0.2, cast=0.25, reach=0.006, soft=0.2, level=0.93)
        self.sheet.stitch(line, rgb(lab), dash=0.0028, gap=0.0026, width=0.0058)
        if pull is not None:
            x, y = paths.along(line, pull)
            metal = self.material_of("leather", lab).woven("jersey", depth=0.0, crease=0.0)
            self.sheet.panel(
                paths.rectangle(x - 0.007, y - 0.004, x + 0.007, y + 0.010, rounded=0.004),
                metal,
                soft=0.2,
                cast=0.5,
                reach=0.006,
            )
            self.sheet.panel(
                paths.rectangle(x - 0.004, y + 0.008, x + 0.004, y + 0.036, rounded=0.004),
                metal,
                soft=0.2,
                cast=0.5,
                reach=0.006,
                holes=[paths.ellipse(x, y + 0.029, 0.0018, 0.003)],
            )

    def patch(
        self,
        outline: Points,
        *,
        angle: float = 0.0,
        cloth: Cloth | None = None,
        stitched: bool = True,
        ink: Rgb | None = None,
        open_edge: Points | None = None,
    ) -> None:
        """A pocket or patch sewn on."""
        self.sheet.panel(outline, cloth or self.cloth, angle=angle, puff=0.4, cast=0.3, reach=0.008)
        ring = np.vstack([outline, outline[:1]])
        if stitched:
            centre = outline.mean(0)
            inner = centre + (ring - centre) * (1 - 0.007 / np.maximum(np.abs(ring - centre).max(0), 1e-6))
            self.sheet.stitch(inner, self.thread if ink is None else ink)
        if open_edge is not None:
            self.sheet.seam(open_edge, depth=0.32)

    def label(self, x: float, y: float, w: float = 0.042, h: float = 0.022, *, lab: Lab | None = None) -> None:
        """A woven neck label without words."""
        ground = lab or (LAB["ivory"] if self.lab[0] < 75 else (72, 5, 18))
        cloth = self.material_of("silk", ground).woven("jersey", depth=0.02, gloss=0.1, crease=0.0)
        self.sheet.panel(
            paths.rectangle(x - w / 2, y, x + w / 2, y + h, rounded=0.002),
            cloth,
            puff=0.2,
            cast=0.3,
            reach=0.005,
            soft=0.2,
        )
        ink = rgb(shifted(ground, -45 if ground[0] > 50 else 45))
        self.sheet.ink(
            [paths.line((x - w * 0.28, y + h * 0.5), (x + w * 0.28, y + h * 0.5))], ink, width=0.0032, cover=0.8
        )

    def folds(self, *lines: Sequence[paths.Node], width: float = 0.024, depth: float = 0.15) -> None:
        """Folds as the cloth takes them: deep in satin and leather, hardly any in a thick knit."""
        stiff = {"knit": 0.45, "padded": 0.4, "fleece": 0.35, "wool": 0.6, "silk": 1.25, "leather": 1.25, "denim": 0.95}
        strength = stiff.get(self.material, 1.0)
        for nodes in lines:
            self.sheet.fold(
                nodes, width=width * self.rng.uniform(0.75, 1.25), depth=depth * strength * self.rng.uniform(0.7, 1.2)
            )
