"""Every component in each of its states on one page, for those who build pages. Staff see it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Brand, Kind, Look, Product, choices
from catalog.taxonomy import STYLES
from closet.charts import ColourWheel, LineChart
from closet.facts import Fact
from closet.models import Garment
from closet.requests import AuthenticatedHttpRequest
from imaging.colour import hex_of_lab

TOKENS = (
    "paper",
    "surface",
    "stage",
    "ink",
    "ink-soft",
    "ink-faint",
    "line",
    "accent",
    "accent-soft",
    "good",
    "warn",
    "bad",
)
_LABS = ((30.0, 8.0, -38.0), (72.0, 24.0, 54.0), (52.0, 58.0, 36.0), (86.0, 1.0, 8.0), (48.0, -34.0, 26.0))


class Fields(forms.Form):
    """A field of each sort; bound to nothing it shows its errors."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("if you like"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", "—")])
    notes = forms.CharField(label=gettext_lazy("Notes"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    sure = forms.BooleanField(label=gettext_lazy("Favourite"), required=False)


@login_required
def styleguide(request: AuthenticatedHttpRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    colours = [
        {"lab": list(lab), "hex": hex_of_lab(lab), "name": name, "share": share}
        for lab, name, share in zip(
            _LABS, ("blue", "yellow", "red", "ivory", "green"), (0.5, 0.2, 0.15, 0.1, 0.05), strict=True
        )
    ]
    kind = Kind.objects.get(slug="cardigan")
    thing = Garment(pk=0, owner=request.user, kind=kind, colours=colours, colour_names=["blue"])
    maker = Brand(slug="otter", name_en="Otter", name_ko="수달")
    today = timezone.localdate()
    points = [(today - timedelta(days=30 * n), 40 - 3 * n) for n in range(6, -1, -1)]
    context = {
        "tokens": TOKENS,
        "sizes": ("", "button--small"),
        "garment": thing,
        "product": Product(
            pk=0, sku="cardigan", name_en="Cardigan", name_ko="가디건", brand=maker, kind=kind, price=Decimal(59000)
        ),
        "look": Look(pk=0, key="look", title_en="Weekend", title_ko="주말", style="casual", seasons=["autumn"]),
        "colours": colours,
        "fact": Fact("kind", _("Kind"), kind.name, "likely"),
        "unsure": Fact("pattern", _("Pattern"), _("Pattern"), "unsure"),
        "chart": LineChart(points, lambda value: f"{value:.0f}"),
        "wheel": ColourWheel((lab, hex_of_lab(lab)) for lab in _LABS),
        "form": Fields(),
        "refused": Fields({"name": "", "kind": ""}),
        "page": Paginator(range(30), 10).page(2),
        "styles": choices(STYLES),
    }
    return render(request, "closet/styleguide.html", context)
