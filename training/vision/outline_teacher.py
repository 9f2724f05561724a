"""What ISNet says of photos: the outline of what is in front, for our own refinement to learn from.

The teacher is the half-precision network in the npm package `@imgly/background-removal-data` (the package is AGPL-3.0,
and names its model MIT). It takes a second or more a photo, which is right to teach and too slow to ship; nothing of it
comes into the repository.
"""

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from training.vision.splits import is_validation_street, number_of, validation_senders

PACKAGE: Final = "@imgly/background-removal-data@1.4.5"
_NETWORK: Final = "/models/medium"
_OWN_SIDE: Final = 1024  # of the input it was made for
FLAT_SIDE, WORN_SIDE = 512, 768
TRAIN_PHOTOS: Final = 1400
STREET_PHOTOS: Final = 320


class Isnet:
    """The teacher. package: the file that `npm pack` of PACKAGE makes.

    Its graph is run by torch in bfloat16: five times faster on a CPU than as it is, and on eight photos the same masks
    (intersection over union .9999).
    """

    def __init__(self, package: Path) -> None:
        graph = onnx.load_from_string(_content(package)).graph
        self._makers = {node.output[0]: node for node in graph.node}
        self._output = self._name(graph.output[0].name)
        wanted, asked = set(), [self._output]
        while asked:
            if (name := asked.pop()) in wanted or name not in self._makers:
                continue
            wanted.add(name)
            asked += [self._name(one) for one in self._sources(self._makers[name])]
        self._nodes = [node for node in graph.node if node.output[0] in wanted]
        kept = {weight.name: numpy_helper.to_array(weight).astype(np.float32) for weight in graph.initializer}
        self._weights = {
            name: torch.from_numpy(kept[name]).to(torch.bfloat16)
            for node in self._nodes
            if node.op_type == "Conv"
            for name in node.input[1:]
        }
        for name, weight in self._weights.items():
            if weight.ndim == 4:
                self._weights[name] = weight.contiguous(memory_format=torch.channels_last)

    def __call__(self, image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
        """(side, side) alpha of an RGB photo of any shape, which is stretched to that square of a multiple of 64."""
        how = cv2.INTER_AREA if max(image.shape[:2]) > side else cv2.INTER_LINEAR
        square = cv2.resize(image, (side, side), interpolation=how).astype(np.float32)
        x = torch.from_numpy(((square - 128) / 256).transpose(2, 0, 1)[None]).to(torch.bfloat16)
        found = self._run(x.contiguous(memory_format=torch.channels_last), side)
        return np.asarray((found[0, 0].float().numpy() * 255).round().clip(0, 255), np.uint8)

    @torch.no_grad()
    def _run(self, x: Tensor, side: int) -> Tensor:
        values = {"input": x}
        for node in self._nodes:
            first, *others = (values[self._name(name)] for name in self._sources(node))
            given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
            match node.op_type:
                case "Conv":
                    weight, bias = self._weights[node.input[1]], self._weights[node.input[2]]
                    found = F.conv2d(first, weight, bias, given["strides"], given["pads"][:2], given["dilations"])
                case "Relu":
                    found = F.relu(first)
                case "MaxPool":
                    found = F.max_pool2d(first, given["kernel_shape"], given["strides"], ceil_mode=True)
                case "Resize":
                    found = F.interpolate(first, size=self._size(node, side), mode="bilinear", align_corners=False)
                case "Concat":
                    found = torch.cat([first, *others], 1)
                case "Add":
                    found = first + others[0]
                case "Sigmoid":
                    found = torch.sigmoid(first.float())
                case _:
                    raise ValueError(f"{node.op_type}: not a node of {PACKAGE}")
            values[node.output[0]] = found
        return values[self._output]

    def _name(self, name: str) -> str:
        """What a value is called before its changes of precision."""
        while name in self._makers and self._makers[name].op_type == "Cast":
            name = self._makers[name].input[0]
        return name

    @staticmethod
    def _sources(node: onnx.NodeProto) -> list[str]:
        """The values that a node reads, its weights and sizes apart."""
        return list(node.input[:1] if node.op_type in ("Conv", "Resize") else node.input)

    def _size(self, node: onnx.NodeProto, side: int) -> tuple[int, int]:
        """Its Resize nodes enlarge to constant sizes, two numbers each, of an input of `_OWN_SIDE`."""
        sizes = self._makers[self._makers[node.input[3]].input[1]].attribute[0].t
        rows, columns = numpy_helper.to_array(sizes) * side // _OWN_SIDE
        return int(rows), int(columns)


def _content(package: Path) -> bytes:
    """The network's bytes: chunks named by their hash, with the place of each in resources.json."""
    with tarfile.open(package) as archive:

        def read(name: str) -> bytes:
            stream = archive.extractfile(f"package/dist/{name}")
            assert stream
            return stream.read()

        facts = json.loads(read("resources.json"))[_NETWORK]
        content = bytearray(facts["size"])
        for chunk in facts["chunks"]:
            start, end = chunk["offsets"]
            content[start:end] = read(chunk["hash"])
    return bytes(content)


def closet_files(data: Path) -> list[dict[str, str]]:
    """The closet photos it is asked about, mixed: all that validate, and some of the others."""
    with (data / "closet_photos.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    held = validation_senders(rows)
    train = sorted((row for row in rows if row["sender_id"] not in held), key=lambda row: number_of(row["file"]))
    some = train[:TRAIN_PHOTOS] + [row for row in rows if row["sender_id"] in held]
    return sorted(some, key=lambda row: number_of(f"mixed {row['file']}"))


def street_files(data: Path) -> list[dict[str, str]]:
    """The street photos with masks it is asked about: all that validate, and some of the others."""
    with (data / "street_photos.csv").open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["mask"]]
    train = sorted((row for row in rows if not is_validation_street(row)), key=lambda row: number_of(row["file"]))
    return train[:STREET_PHOTOS] + [row for row in rows if is_validation_street(row)]


def person_box(mask: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """left, top, right, bottom of everything in a street mask, a little wider. mask: (h, w), 0 for the background."""
    rows, columns = np.flatnonzero((mask > 0).any(1)), np.flatnonzero((mask > 0).any(0))
    if not len(rows):
        return 0, 0, mask.shape[1], mask.shape[0]
    margin = round(0.06 * (rows[-1] - rows[0]))
    left, top = max(0, columns[0] - margin), max(0, rows[0] - margin)
    return (
        int(left),
        int(top),
        int(min(mask.shape[1], columns[-1] + margin)),
        int(min(mask.shape[0], rows[-1] + margin)),
    )


def write_masks(data: Path, package: Path, folder: Path) -> int:
    """Ask about every photo not yet asked about: PNGs in `folder`/closet and `folder`/street; returns how many."""
    network = Isnet(package)
    return sum(1 for ask in (_closet, _street) for _ in ask(data, network, folder / ask.__name__.strip("_")))


def _closet(data: Path, network: Isnet, folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for row, content in _contents(data, "closet_photos", closet_files(data), folder):
        _save(network(_rgb(content), FLAT_SIDE), folder / row["file"])
        yield row["file"]


def _street(data: Path, network: Isnet, folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    masks = {row["file"]: row["mask"] for row in street_files(data)}
    with tarfile.open(data / "street_photos.tar") as archive:
        members = {Path(member.name).name: member for member in archive.getmembers()}
        for row, content in _contents(data, "street_photos", street_files(data), folder):
            stream = archive.extractfile(members[masks[row["file"]]])
            assert stream
            mask = np.asarray(Image.open(io.BytesIO(stream.read())))
            photo = _rgb(content)
            if photo.shape[:2] != mask.shape:
                mask = cv2.resize(mask, photo.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            left, top, right, bottom = person_box(mask)
            crop = network(np.ascontiguousarray(photo[top:bottom, left:right]), WORN_SIDE)
            whole = np.zeros(photo.shape[:2], np.uint8)
            whole[top:bottom, left:right] = cv2.resize(crop, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
            _save(whole, folder / row["file"])
            yield row["file"]


def _contents(
    data: Path, source: str, rows: list[dict[str, str]], folder: Path
) -> Iterator[tuple[dict[str, str], bytes]]:
    with tarfile.open(data / f"{source}.tar") as archive:
        members: dict[str, Any] = {Path(member.name).name: member for member in archive.getmembers()}
        for row in rows:
            if _place(folder / row["file"]).exists():
                continue
            if stream := archive.extractfile(members[row["file"]]):
                yield row, stream.read()


def _rgb(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def _place(path: Path) -> Path:
    return path.with_suffix(".png")


def _save(mask: NDArray[np.uint8], path: Path) -> None:
    part = _place(path).with_suffix(".part")
    Image.fromarray(mask).save(part, "PNG")
    part.rename(_place(path))
