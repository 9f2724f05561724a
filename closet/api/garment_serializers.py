"""What `garments/` takes and gives."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from catalog import taxonomy
from catalog.models import GENDER_CHOICES, SLOT_CHOICES, Kind, choices
from catalog.rest.fields import Millimetres, Numbers, Palette
from closet.models import Garment, OwnKind, Wear
from closet.services import masks
from closet.services.garments import CARE, FACTS, OWN

MAX_BULK = 1000


class KindSlug(serializers.SlugRelatedField[Kind]):
    """A kind by its slug, such as `cardigan`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="slug", queryset=Kind.objects.all(), **options)


class MyOwnKind(serializers.PrimaryKeyRelatedField[OwnKind]):
    """A category of the member's own, by its id; one of somebody else is as absent as one that never was."""

    def get_queryset(self) -> QuerySet[OwnKind]:
        return OwnKind.objects.owned_by(self.context["request"].user)


class PicturesOut(serializers.Serializer[Garment]):
    """Addresses of the cutout; send the token with them. Null until the garment is cut out.

    Of a coat worn open and the like, whoever wears it is faintly in the picture; `mask` has the garment alone.
    """

    large = serializers.SerializerMethodField(help_text="Up to 1,024 px, WebP with transparency.")
    medium = serializers.SerializerMethodField(help_text="Up to 512 px.")
    small = serializers.SerializerMethodField(help_text="Up to 256 px.")
    mask = serializers.SerializerMethodField(help_text="The owner's mask, or the analysis' one.")
    photo = serializers.SerializerMethodField(help_text="The photo it was cut from.")

    def _url(self, file: Any) -> str | None:
        return reverse("closet:media", args=[file.name], request=self.context.get("request")) if file else None

    def get_large(self, garment: Garment) -> str | None:
        return self._url(garment.cutout)

    def get_medium(self, garment: Garment) -> str | None:
        return self._url(garment.cutout_medium)

    def get_small(self, garment: Garment) -> str | None:
        return self._url(garment.cutout_small)

    def get_mask(self, garment: Garment) -> str | None:
        return self._url(garment.owner_mask or garment.mask)

    def get_photo(self, garment: Garment) -> str | None:
        return self._url(garment.photo.display) if garment.photo else None


class WordOrNothing(serializers.ChoiceField):
    """A closed word of a garment's, or "" while nobody knows it."""

    def __init__(self, field: str) -> None:
        choices = list(Garment._meta.get_field(field).flatchoices)  # type: ignore[union-attr]  # a column, no relation
        super().__init__(choices=choices, allow_blank=True, read_only=True)


class DrawnOfOut(serializers.Serializer[Any]):
    """What a garment without a photo was drawn from; nothing of it where there is a photo."""

    silhouette = serializers.CharField(required=False)
    colour = serializers.CharField(required=False)
    pattern = serializers.CharField(required=False)
    material = serializers.CharField(required=False)
    seed = serializers.IntegerField(required=False)


@extend_schema_field(DrawnOfOut)
class DrawnOf(serializers.JSONField):
    """As it is stored."""


def seasons_field(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.ChoiceField(choices=choices(taxonomy.SEASONS)), **options)


# What its owner keeps to themselves of a garment that somebody else has.
LENT_WITHOUT: dict[str, Any] = {
    "price": None, "cost_per_wear": None, "bought_on": None, "notes": "", "place": "", "size_label": "", "fits": "",
    "measures": {}, "wears": 0, "last_worn_on": None, "photo": None, "confidences": {}, "owner_fields": [],
    "own_kind": None, "keep_until": None, "archive_reason": "",
}  # fmt: skip


class GarmentOut(serializers.ModelSerializer[Garment]):
    kind = serializers.SlugField(source="kind.slug")
    kind_name = serializers.CharField(source="kind.name")
    slot = serializers.ChoiceField(source="kind.slot", choices=SLOT_CHOICES)
    title = serializers.CharField(help_text="Its name, or its colour and kind, in the language of the request.")
    pictures = PicturesOut(source="*")
    pattern = WordOrNothing("pattern")
    material = WordOrNothing("material")
    sleeve = WordOrNothing("sleeve")
    length = WordOrNothing("length")
    collar = WordOrNothing("collar")
    cut = WordOrNothing("cut")
    closure = WordOrNothing("closure")
    fits = WordOrNothing("fits")
    cost_per_wear = serializers.SerializerMethodField()
    quality = serializers.FloatField(
        allow_null=True, help_text="How probably a worn garment is rightly cut out, 0 to 1; null where nobody wears it."
    )
    photo = serializers.UUIDField(source="photo_id", allow_null=True)
    seasons = seasons_field()
    gender = serializers.ChoiceField(choices=GENDER_CHOICES)
    state = serializers.ChoiceField(choices=Garment.State.choices)
    colours = Palette(help_text="Largest first.")
    styles = Numbers(help_text="Style -> its share.")
    measures = Millimetres(help_text="Zone -> millimetres, lying flat.")
    confidences = Numbers(help_text="Field -> how sure the analysis is, 0..1.")
    drawing = DrawnOf(help_text="Empty for a garment on a photo.")

    class Meta:
        model = Garment
        fields = [
            "id", "title", *FACTS, "kind_name", "slot", *OWN, *CARE, "photo", "drawing", "pictures", "colours",
            "confidences", "quality", "owner_fields", "wears", "last_worn_on", "cost_per_wear", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, garment: Garment) -> dict[str, Any]:
        """Of what is lent to the reader no more than its household sees: neither price, notes, measures nor photo."""
        told = super().to_representation(garment)
        reader = getattr(self.context.get("request"), "user", None)
        if reader is not None and garment.owner_id != reader.pk:
            told |= {name: empty for name, empty in LENT_WITHOUT.items() if name in told}
            told["pictures"] = {**told["pictures"], "mask": None, "photo": None}
        return told

    @extend_schema_field(serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True))
    def get_cost_per_wear(self, garment: Garment) -> str | None:
        if garment.price is None or not garment.wears:
            return None
        return str(round(garment.price / garment.wears, 2))


class GarmentIn(serializers.ModelSerializer[Garment]):
    """Every field sent becomes the owner's word, which later analyses leave alone."""

    kind = KindSlug(required=False)
    own_kind = MyOwnKind(queryset=OwnKind.objects.none(), required=False, allow_null=True)
    seasons = seasons_field(required=False)
    styles = Numbers(required=False, help_text="Style -> its share.")
    measures = Millimetres(required=False, help_text="Zone -> millimetres, lying flat.")

    class Meta:
        model = Garment
        fields = [*FACTS, *OWN, *CARE]
        extra_kwargs = {field: {"required": False} for field in fields}


class DrawingIn(serializers.Serializer[Any]):
    """A garment without a photo: what it looks like."""

    silhouette = serializers.CharField(max_length=40)
    colour = serializers.CharField(max_length=12)
    pattern = serializers.CharField(max_length=12, default="solid")
    material = serializers.CharField(max_length=12, default="", allow_blank=True)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=999_999)
    name = serializers.CharField(max_length=120, default="", allow_blank=True)


class StepIn(serializers.Serializer[Any]):
    action = serializers.ChoiceField(
        choices=["state", "favourite", "delete", "restore", "keep", "await", "worn", "unworn", "rest"]
    )
    value = serializers.CharField(
        default="", allow_blank=True, help_text="A state; on or off for favourite; a day for worn and unworn."
    )
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=MAX_BULK)


class ChangeOut(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.IntegerField(), help_text="Those that changed.")
    undo = StepIn(many=True, help_text="Send it to `garments/undo/` to take the change back.")


class UndoIn(serializers.Serializer[Any]):
    undo = StepIn(many=True, max_length=20)  # type: ignore[call-arg]


class CorrectIn(serializers.Serializer[Any]):
    field = serializers.ChoiceField(choices=FACTS)
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=MAX_BULK)


class LookalikesOut(serializers.Serializer[Any]):
    garment = GarmentOut()
    lookalikes = GarmentOut(many=True, help_text="Garments that likely share the mistake you just corrected.")


class MaskIn(serializers.Serializer[Any]):
    mask = serializers.FileField(help_text="PNG of the whole photo: 255 (or opaque) where the garment is.")


class AgainIn(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=masks.STAGES, default="", allow_blank=True)


class WearOut(serializers.ModelSerializer[Wear]):
    class Meta:
        model = Wear
        fields = ["worn_on", "outfit"]
