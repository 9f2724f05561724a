"""What the mirror says: why something was not drawn, and how a size sits."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MANNEQUIN: Final[dict[str, Any]] = {
    "nobody": gettext_lazy("Nobody was found on this photo."),
    "two_people": gettext_lazy("More than one person is on this photo."),
    "half": gettext_lazy("This photo does not show you from head to feet."),
    "from_behind": gettext_lazy("You are seen from behind on this photo."),
    "sideways": gettext_lazy("You are seen from the side on this photo."),
    "sitting": gettext_lazy("You are sitting on this photo."),
    "legs_cross": gettext_lazy("Your legs cross on this photo, so what is worn on them cannot be drawn there."),
    "child": gettext_lazy("A child is on this photo; only grown-ups' photos are drawn on."),
    "too_small": gettext_lazy("You are too small on this photo."),
}
STANDS_IN: Final = gettext_lazy("A mannequin of your measures stands in.")
_SENTENCES: Final[dict[str, Any]] = {
    "not_cut": gettext_lazy("was left out: it is not cut out of its photo."),
    "in_pieces": gettext_lazy("was left out: its cutout is in pieces. Paint its outline, then try again."),
    "stays_open": gettext_lazy("is open on its photo, so it is drawn open."),
    "partly_hidden": gettext_lazy("was partly hidden on its photo; what was not seen is guessed."),
    "average_body": gettext_lazy("You have not measured yourself, so this is an average body."),
    "nothing_to_wear": gettext_lazy("Choose something to put on."),
    "too_many": gettext_lazy("Ten pieces are the most that one sketch shows."),
    "two_in_slot": gettext_lazy("Two of these are worn in the same place; leave one out."),
    "dress_with_bottom": gettext_lazy("A dress and a bottom cannot be worn at once; leave one out."),
    "layers_clash": gettext_lazy("These layers do not go over each other; leave one out."),
    "nothing_drawn": gettext_lazy("None of these could be drawn."),
    "failed": gettext_lazy("The sketch could not be drawn; please try again later."),
    "disk_full": gettext_lazy("There is no room to store the sketch."),
}


def said_of_mirror(code: str) -> str:
    """The sentence of a code of the stylist, of the figure or of the worker."""
    if code in MANNEQUIN:
        return f"{MANNEQUIN[code]} {STANDS_IN}"
    return str(_SENTENCES.get(code, _SENTENCES["failed"]))


WAYS: Final[dict[str, Any]] = {
    "open": gettext_lazy("worn open"),
    "closed": gettext_lazy("worn closed"),
    "over": gettext_lazy("over the boots"),
    "in": gettext_lazy("in the boots"),
}


def said_of_zone(zone: str, cm: int, *, is_length: bool) -> str:
    """How a garment's zone differs from the body's, "chest +11 cm", "sleeve 2 cm long"; zone: in the reader's words."""
    if not is_length:
        return _("%(zone)s %(cm)s cm") % {"zone": zone, "cm": f"{cm:+d}"}
    if cm == 0:
        return _("%(zone)s as long as yours") % {"zone": zone}
    if cm > 0:
        return _("%(zone)s %(cm)d cm long") % {"zone": zone, "cm": cm}
    return _("%(zone)s %(cm)d cm short") % {"zone": zone, "cm": -cm}
