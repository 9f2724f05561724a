"""Makes `import torchvision` work beside a CPU-only torch whose torchvision wheel was built for another.

Such a wheel cannot load its compiled operators, and then fails on registering fakes for two it never declared.
Declaring them is enough: models and transforms are plain torch, and ultralytics brings its own NMS.
"""

import sys

_KEPT: list[object] = []  # a Library unregisters what it declared when it is collected


def declare_missing() -> None:
    """Declare torchvision's two operators where the real ones are absent. Call before importing torchvision.

    ultralytics asks torchvision for its NMS wherever that is imported; it is then given its own.
    """
    if _KEPT or "torchvision" in sys.modules:
        return
    import torch

    try:
        import torchvision
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
    else:
        return
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]  # half imported; the second try below finds what the first one missed
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)
    import torchvision
    from ultralytics.utils.nms import TorchNMS

    torchvision.ops.nms = TorchNMS.nms
