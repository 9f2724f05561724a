"""A network is a card first: what it takes, what it says, what it was made from and how well it does.

Cards are the JSON files beside the weights in `recommender/vision/weights/`. `load_card` reads one and refuses
it where anything is missing; `verify` compares the file with the card's sha256.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

WEIGHTS: Final = Path(__file__).parent / "weights"
ACTIVATIONS: Final = frozenset({"softmax", "sigmoid"})


class BadCard(ValueError):
    """A card lacks something, or its file is not the one it describes."""


@dataclass(frozen=True)
class Input:
    """What the network is fed: float32 (n, 3, height, width), RGB scaled to 0..1, minus mean, over std.

    name: of the ONNX input. size: (height, width) in pixels. mean, std: a value a channel.
    """

    name: str
    size: tuple[int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class Output:
    """One named output. labels: a name a class, empty for a vector. activation: softmax, sigmoid or none.

    temperature: divide the logits by it before the activation, and probabilities are calibrated.
    """

    labels: tuple[str, ...]
    activation: str
    temperature: float


@dataclass(frozen=True)
class Card:
    """A network's card.

    key: names this very version in the database. file: the ONNX file beside the card. sha256: of that file.
    licence: of the weights. training_data: sources with their licences. date: ISO, when trained. metrics:
    figure by name, on the validation split `training.vision.splits` makes. dim: of the embedding, 0
    where there is none. rebuild: the command that makes the file again. decoding: thresholds that turn its outputs into
    garments (`options`), read by pipeline and metrics alike.
    """

    key: str
    file: str
    sha256: str
    licence: str
    training_data: tuple[str, ...]
    date: str
    metrics: Mapping[str, Any]
    input: Input
    dim: int
    outputs: Mapping[str, Output]
    rebuild: str
    notes: Mapping[str, Any]
    decoding: Mapping[str, Any]

    @property
    def temperatures(self) -> dict[str, float]:
        """The temperature of every output that has labels."""
        return {name: output.temperature for name, output in self.outputs.items() if output.labels}


def read_card(record: Mapping[str, Any]) -> Card:
    """A card from its JSON. Raises BadCard naming what is missing or empty."""
    missing = [
        field.name for field in fields(Card) if field.name not in _OPTIONAL and record.get(field.name) in _NOTHING
    ]
    if missing:
        raise BadCard(f"card {record.get('key', '?')} lacks {', '.join(missing)}")
    shape = record["input"]
    lacking = [field.name for field in fields(Input) if not shape.get(field.name)]
    if lacking:
        raise BadCard(f"card {record['key']}: its input lacks {', '.join(lacking)}")
    return Card(
        key=record["key"],
        file=record["file"],
        sha256=record["sha256"],
        licence=record["licence"],
        training_data=tuple(record["training_data"]),
        date=record["date"],
        metrics=record["metrics"],
        input=Input(shape["name"], _pair(shape["size"]), _three(shape["mean"]), _three(shape["std"])),
        dim=int(record["dim"]),
        outputs={name: _output(record["key"], name, output) for name, output in record["outputs"].items()},
        rebuild=record["rebuild"],
        notes=record.get("notes", {}),
        decoding=record.get("decoding", {}),
    )


_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})
_OPTIONAL: Final = frozenset({"notes", "decoding"})


def _pair(size: list[int]) -> tuple[int, int]:
    height, width = size
    return int(height), int(width)


def _three(values: list[float]) -> tuple[float, float, float]:
    red, green, blue = values
    return float(red), float(green), float(blue)


def _output(key: str, name: str, record: Mapping[str, Any]) -> Output:
    labels = tuple(record.get("labels", ()))
    activation = record.get("activation", "none")
    temperature = float(record.get("temperature", 0 if labels else 1))
    if labels and (activation not in ACTIVATIONS or temperature <= 0):
        raise BadCard(f"card {key}: output {name} needs an activation and a temperature above 0")
    return Output(labels, activation, temperature)


def load_card(name: str, folder: Path = WEIGHTS) -> Card:
    """The card `name`.json of `folder`. Raises BadCard, or FileNotFoundError where there is none."""
    return read_card(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))


def load_cards(folder: Path = WEIGHTS) -> dict[str, Card]:
    """Every card of `folder` by name. Raises BadCard."""
    return {path.stem: load_card(path.stem, folder) for path in sorted(folder.glob("*.json"))}


def sha256_of(path: Path) -> str:
    """The hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(card: Card, folder: Path = WEIGHTS) -> None:
    """Raises BadCard where the card's file is not the file it describes."""
    if sha256_of(folder / card.file) != card.sha256:
        raise BadCard(f"{card.file} is not the file of card {card.key}")
