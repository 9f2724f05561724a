"""What can be wrong with a photo: a code for programs, a sentence for people. And who asks for too much at once."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import Throttled

SENTENCES: dict[str, str | Promise] = {
    # Of the file, seen while it is uploaded or opened (the codes of imaging/decode.py).
    "empty": _("The file is empty."),
    "too_heavy": _("The file is larger than %(megabytes)d MB."),
    "not_an_image": _("This file is not a photo."),
    "svg": _("SVG drawings cannot be used; please upload a photo."),
    "unsupported": _("This picture format is not supported; JPEG, PNG, WebP and HEIC are."),
    "polyglot": _("The file carries something else behind the picture, so it was refused."),
    "truncated": _("The file is cut off; it was probably not copied completely."),
    "too_many_pixels": _("The picture has more than %(megapixels)d megapixels."),
    "too_small": _("The picture is too small to see a garment on it."),
    "corrupt": _("The picture is damaged and cannot be opened."),
    # Of the place it should go to.
    "no_file": _("No file was sent."),
    "over_quota": _("Your closet has no room for this photo; delete some photos first."),
    "disk_full": _("The server has no room left for photos. Nothing was stored; please try again later."),
    "too_many_uploads": _("Many uploads of yours are begun and not finished; finish some, or give them up."),
    "beyond_length": _("This piece goes beyond the length that was announced."),
    "piece_too_small": _("A piece has 64 kB at least, but the last one."),
    "store_away": _("Photos cannot be stored right now. Nothing was kept; please try again in a minute."),
    # Of the analysis.
    "original_missing": _("The stored photo is gone; please upload it again."),
    "too_slow": _("Looking at this photo took too long. You can try it once more."),
    "gave_up": _("Looking at this photo failed several times. You can try it once more, or use another photo."),
    "not_ready": _("The part that looks at photos is not installed on this server."),
    "search_away": _("Searching by photo is not possible right now. Please try again in a minute."),
    "search_busy": _("Many photos are waiting to be looked at. Please try again in a minute."),
    "unexpected": _("Something went wrong while looking at this photo. You can try it once more."),
}


class PhotoProblem(Exception):
    """A photo that cannot be used. `code` is a key of `SENTENCES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return sentence(self.code)


class TooBusy(Throttled):
    """As many heavy answers as a member may have at once are being reckoned; pages and API answer 429."""

    default_detail = _("Several of your pages are being reckoned already. Please try again in a few seconds.")

    def __init__(self) -> None:
        super().__init__()
        self.wait = 3


def sentence(code: str) -> str:
    """The sentence of `code` in the active language, with this site's limits in it."""
    limits = {
        "megabytes": settings.PHOTO_MAX_BYTES // (1024 * 1024),
        "megapixels": settings.PHOTO_MAX_PIXELS // 1_000_000,
    }
    return str(SENTENCES.get(code, SENTENCES["unexpected"])) % limits
