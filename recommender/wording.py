"""Reasons as sentences. The stylist speaks in codes; here each gets its words, in the reader's language.

A test holds `SENTENCES` against the stylist's `REASON_CODES`, so that no reason is ever shown without words.
Parameters that are ids of pieces become the pieces' names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from catalog import taxonomy
from catalog.models import SLOT_CHOICES, choices, word
from catalog.words.hangul import with_particles
from recommender.stylist.score.parts import Reason

# What the full-body check may miss, by vision's names.
BODY_PARTS: dict[str, Any] = {
    "head": pgettext_lazy("body", "head"),
    "shoulders": pgettext_lazy("body", "shoulders"),
    "hips": pgettext_lazy("body", "hips"),
    "knees": pgettext_lazy("body", "knees"),
    "ankles": pgettext_lazy("body", "ankles"),
}
SENTENCES: dict[str, Any] = {
    "colour.neutrals": gettext_lazy("Quiet neutrals that sit with anything."),
    "colour.tone_on_tone": gettext_lazy("Tone on tone: one colour, light to deep."),
    "colour.near_hues": gettext_lazy("Neighbouring colours that blend."),
    "colour.complement": gettext_lazy("Opposite colours that lift each other."),
    "colour.one_accent": gettext_lazy("One accent: %(piece)s; the rest stays calm."),
    "colour.clash": gettext_lazy("%(first)s and %(second)s pull in different colour directions."),
    "colour.clear_contrast": gettext_lazy("A clear light–dark step between %(first)s and %(second)s."),
    "formality.even": gettext_lazy("Everything is equally dressed up."),
    "formality.gap": gettext_lazy("%(first)s is dressier than %(second)s."),
    "season.shared": gettext_lazy("All for %(season)s."),
    "pattern.one": gettext_lazy("One pattern, %(piece)s, among plain pieces."),
    "pattern.compete": gettext_lazy("The patterns of %(first)s and %(second)s compete."),
    "style.shared": gettext_lazy("A %(style)s look from head to toe."),
    "texture.two": gettext_lazy("Two textures play: %(first)s and %(second)s."),
    "layers.come_off": gettext_lazy("Layers that come off one by one as it gets warmer."),
    "learned.often_together": gettext_lazy("Pieces like %(first)s and %(second)s are often worn together."),
    "improve.swap": gettext_lazy("Swap %(first)s: it pulls away most, above all beside %(second)s."),
    "weather.right": gettext_lazy("Right for a felt %(feels)s°."),
    "weather.cold": gettext_lazy("A little cool for a felt %(feels)s°."),
    "weather.warm": gettext_lazy("A little warm for a felt %(feels)s°."),
    "weather.rain_ready": gettext_lazy("Ready for rain."),
    "weather.rain_risk": gettext_lazy("%(piece)s does not like rain."),
    "occasion.fits": gettext_lazy("Suits: %(occasion)s."),
    "occasion.off": gettext_lazy("%(piece)s is unusual for: %(occasion)s."),
    "dress_code.fits": gettext_lazy("Keeps the dress code: %(dress_code)s."),
    "mood.fits": gettext_lazy("In the mood you asked for: %(style)s."),
    "fresh.rested": gettext_lazy("%(piece)s has rested for %(days)s days."),
    "fresh.never_worn": gettext_lazy("%(piece)s was never worn yet."),
    "fresh.just_worn": gettext_lazy("%(piece)s was worn %(ago)s."),
    "value.earn": gettext_lazy("Wearing %(piece)s lowers its cost per wear (now %(cost_per_wear)s)."),
    "taste.liked": gettext_lazy("Close to what you liked."),
    "taste.disliked": gettext_lazy("Close to what you did not like."),
    "fit.fits": gettext_lazy("Every piece fits you now."),
    "fit.off": gettext_lazy("%(piece)s: %(fit)s."),
    "body.note": gettext_lazy("%(piece)s: %(note)s."),
    "complete.missing": gettext_lazy("Still missing: %(slot)s."),
    "closet.empty": gettext_lazy("Your closet is empty."),
    "closet.not_today": gettext_lazy("Nothing you own makes an outfit for such a day."),
    "gap.occasion": gettext_lazy(
        "Your closet has no whole outfit for: %(occasion)s. With %(kinds)s there would be: %(count)s."
    ),
    "gap.weather": gettext_lazy("Your closet has no whole outfit for a felt %(feels)s°. With %(kinds)s: %(count)s."),
    "gap.day": gettext_lazy("Your closet has no whole outfit for this day. With %(kinds)s there would be: %(count)s."),
    "relaxed.pattern": gettext_lazy("Loud patterns or colours meet here; your closet leaves no calmer choice."),
    "relaxed.mood": gettext_lazy("Your closet has too little for this mood, so it counts less: %(style)s."),
    "relaxed.season": gettext_lazy("Something here is kept for another season."),
    "relaxed.unfit": gettext_lazy("Not all of this is what one would choose; it is the nearest you own."),
    "relaxed.together": gettext_lazy("Some of these kinds seldom meet; nothing you own goes together better today."),
    "relaxed.rain": gettext_lazy("Something here does not like rain, and you own nothing better today."),
    "relaxed.warmth": gettext_lazy("Not right for a felt %(feels)s°, only the nearest you own: too thin or too thick."),
    "closet.only": gettext_lazy("Your closet holds only this so far: %(slot)s."),
    "closet.unready": gettext_lazy("In the laundry, lent out, away or too tight now: %(count)s."),
    "closet.small": gettext_lazy("With %(count)s pieces the choice is small; every garment you add helps."),
    "report.style": gettext_lazy("%(style)s: %(percent)s %% of your closet."),
    "report.worn_kind": gettext_lazy("You wear %(kinds)s most: %(count)s pieces, worn %(wears)s times."),
    "report.owned_kind": gettext_lazy("You own a good deal of %(kinds)s: %(count)s."),
    "report.colour": gettext_lazy("%(colour)s comes back in your closet: %(count)s pieces."),
    "report.missing_occasion": gettext_lazy("For %(occasion)s you lack: %(kinds)s. That opens %(count)s outfits."),
    "report.missing_weather": gettext_lazy("For a felt %(feels)s° you lack: %(kinds)s. That opens %(count)s outfits."),
    "report.missing_rain": gettext_lazy("For rain you lack: %(kinds)s. That opens %(count)s outfits."),
    "report.never_worn": gettext_lazy("Never worn so far: %(count)s."),
    "locked.unknown": gettext_lazy("A piece you locked is no longer in your closet."),
    "locked.unfit": gettext_lazy("%(piece)s is locked though it does not suit the day."),
    "locked.unready": gettext_lazy("%(piece)s is locked though it is: %(state)s."),
    "locked.clash": gettext_lazy("The pieces you locked cannot be worn together."),
    "locked.banned": gettext_lazy("You said never to wear %(first)s with %(second)s; they are locked now."),
    "weather.unknown": gettext_lazy("The weather is not known; set your city or type it in."),
    "similar.kind": gettext_lazy("Also: %(kind)s"),
    "similar.colours_same": gettext_lazy("The same colours"),
    "similar.colours_near": gettext_lazy("Near in colour"),
    "similar.pattern": gettext_lazy("Same pattern: %(pattern)s"),
    "similar.material": gettext_lazy("Same material: %(material)s"),
    "similar.shape": gettext_lazy("Very alike in shape"),
}
BODY_NOTES = {
    "falls_from_waist": gettext_lazy("falls softly from the waist"),
    "follows_waist": gettext_lazy("follows your waist"),
    "frames_shoulders": gettext_lazy("frames your shoulders"),
    "light_on_top": gettext_lazy("keeps it light on top"),
    "long_line": gettext_lazy("draws one long line"),
    "marks_waist": gettext_lazy("marks the waist"),
    "movement_below": gettext_lazy("brings movement below"),
}
FITS = {"tight": gettext_lazy("too small now"), "loose": gettext_lazy("too large now"), "fits": gettext_lazy("fits")}
LANDMARKS = {
    "neck_l": gettext_lazy("neck, left"),
    "neck_r": gettext_lazy("neck, right"),
    "shoulder_l": gettext_lazy("shoulder, left"),
    "shoulder_r": gettext_lazy("shoulder, right"),
    "armpit_l": gettext_lazy("armpit, left"),
    "armpit_r": gettext_lazy("armpit, right"),
    "cuff_out_l": gettext_lazy("outside of the left cuff"),
    "cuff_out_r": gettext_lazy("outside of the right cuff"),
    "cuff_in_l": gettext_lazy("inside of the left cuff"),
    "cuff_in_r": gettext_lazy("inside of the right cuff"),
    "waist_l": gettext_lazy("waist, left"),
    "waist_r": gettext_lazy("waist, right"),
    "crotch": gettext_lazy("crotch"),
    "hem_l": gettext_lazy("hem, left"),
    "hem_r": gettext_lazy("hem, right"),
    "hem_out_l": gettext_lazy("outside of the left hem"),
    "hem_out_r": gettext_lazy("outside of the right hem"),
    "hem_in_l": gettext_lazy("inside of the left hem"),
    "hem_in_r": gettext_lazy("inside of the right hem"),
}
STATES = {
    "laundry": gettext_lazy("in the laundry"),
    "lent": gettext_lazy("lent out"),
    "repair": gettext_lazy("being repaired"),
    "archived": gettext_lazy("archived"),
}
# Groups of a score, as its sliders and charts name them.
GROUPS = {
    "colour": gettext_lazy("Colour"),
    "formality": gettext_lazy("Formality"),
    "season": gettext_lazy("Season"),
    "pattern": gettext_lazy("Pattern"),
    "style": gettext_lazy("Style"),
    "learned": gettext_lazy("Worn together"),
    "weather": gettext_lazy("Weather"),
    "occasion": gettext_lazy("Occasion"),
    "fresh": gettext_lazy("Not worn lately"),
    "value": gettext_lazy("Cost per wear"),
    "taste": gettext_lazy("Your taste"),
    "fit": gettext_lazy("Fit"),
    "body": gettext_lazy("Body shape"),
    "complete": gettext_lazy("Complete"),
}
_TERMS: dict[str, dict[str, Any]] = {
    "season": dict(choices(taxonomy.SEASONS)),
    "style": dict(choices(taxonomy.STYLES)),
    "pattern": dict(choices(taxonomy.PATTERNS)),
    "material": dict(choices(taxonomy.MATERIALS)),
    "occasion": dict(choices(taxonomy.OCCASIONS)),
    "kind": {kind.slug: word(kind.en, kind.ko) for kind in taxonomy.KINDS},
    "slot": dict(SLOT_CHOICES),
    "shape": {
        **dict(choices(taxonomy.BODY_SHAPES)),
        "unclassified": gettext_lazy("Unclassified"),
    },
    "zone": {
        "height": gettext_lazy("Height"),
        "weight": gettext_lazy("Weight"),
        "chest": gettext_lazy("Chest"),
        "waist": gettext_lazy("Waist"),
        "hips": gettext_lazy("Hips"),
        "shoulder": gettext_lazy("Shoulder"),
        "sleeve": gettext_lazy("Sleeve"),
        "arm": gettext_lazy("Arm"),
        "back_length": gettext_lazy("Length"),
        "skirt_length": gettext_lazy("Length"),
        "inside_leg": gettext_lazy("Inside leg"),
        "thigh": gettext_lazy("Thigh"),
        "foot": gettext_lazy("Foot"),
        "neck": gettext_lazy("Neck"),
        "age": gettext_lazy("Age"),
        "head": gettext_lazy("Head"),
    },
    "fit_status": {
        "no_longer": gettext_lazy("No longer fits"),
        "tight": gettext_lazy("Tight"),
        "loose": gettext_lazy("Loose"),
        "fits": gettext_lazy("Fits now"),
        "unknown": gettext_lazy("Nobody knows yet"),
    },
    "doubt": {
        "implausible": gettext_lazy("nobody measures that; it was left out."),
        "looks_like_cm": gettext_lazy("looks like centimetres written as millimetres; it was left out."),
        "looks_like_inches": gettext_lazy("looks like inches written as millimetres; it was left out."),
        "looks_like_kg": gettext_lazy("looks like kilograms written as grams; it was left out."),
        "contradicts": gettext_lazy("does not go with your other measures; it was left out and estimated instead."),
    },
    "verdict": {
        "fits": gettext_lazy("fits"),
        "tight": gettext_lazy("tight"),
        "loose": pgettext_lazy("a size on a body", "loose"),
        "unknown": gettext_lazy("unknown"),
    },
    "fit_code": {
        "no_chart": gettext_lazy("This product has no size chart yet."),
        "no_measures": gettext_lazy("Enter at least your height and weight, and a size can be advised."),
        "no_shared_zone": gettext_lazy("The chart measures other places than you did."),
        "out_of_range_small": gettext_lazy("Even the smallest size is large for you."),
        "out_of_range_large": gettext_lazy("Even the largest size is small for you."),
        "estimated": gettext_lazy("Some of your measures are estimated."),
        "between_sizes": gettext_lazy("You are between two sizes."),
        "brand_offset": gettext_lazy("Members say this brand runs differently from its chart; that is counted in."),
        "chart_doubts": gettext_lazy("Something in this chart looks mistaken (perhaps inches as centimetres)."),
        "body_doubts": gettext_lazy("Some of your measures contradict each other and were left out."),
        "outside_model": gettext_lazy(
            "Your measures lie beyond the adults our estimates know; only what you measured yourself is used."
        ),
        "label_only": gettext_lazy("The shop gives size labels only; read by their usual meaning."),
    },
    "gender": dict(choices(taxonomy.GENDERS)),
    "colour": dict(choices(taxonomy.COLOURS)),
    "facet": {
        "slot": gettext_lazy("Place"),
        "gender": gettext_lazy("For"),
        "season": gettext_lazy("Season"),
        "style": gettext_lazy("Style"),
        "kind": gettext_lazy("Kind"),
        "colour": gettext_lazy("Colour"),
        "brand": gettext_lazy("Brand"),
        "price": gettext_lazy("Price"),
        "size": gettext_lazy("Size in stock"),
    },
    "way": {"photo": gettext_lazy("photo"), "palette": gettext_lazy("colours"), "words": gettext_lazy("words")},
    "brand_part": {
        "likeness": gettext_lazy("Shapes and colours"),
        "style": gettext_lazy("Style"),
        "price": gettext_lazy("Price"),
        "wearer": gettext_lazy("Made for"),
        "liked": gettext_lazy("You like it"),
    },
    "look_part": {
        "coverage": gettext_lazy("Yours already"),
        "likeness": gettext_lazy("How alike"),
        "weather": gettext_lazy("Weather"),
        "season": gettext_lazy("Season"),
        "body": gettext_lazy("Built like you"),
    },
    "dress_code": {
        "casual": gettext_lazy("casual"),
        "smart-casual": gettext_lazy("smart casual"),
        "business": gettext_lazy("business"),
        "formal": gettext_lazy("formal"),
    },
    "landmark": LANDMARKS,
    "note": BODY_NOTES,
    "fit": FITS,
    "state": STATES,
}
PIECES = frozenset({"piece", "first", "second"})

NameOf = Callable[[object], str]


def term(family: str, slug: str) -> str:
    """A closed-vocabulary word in the reader's language; the slug itself where it is unknown."""
    return str(_TERMS.get(family, {}).get(slug, slug))


def sentence(reason: Reason, name_of: NameOf = str) -> str:
    """The reason in words. `name_of` turns a piece's id into its name."""
    template = SENTENCES.get(reason.code)
    if template is None:
        return reason.code
    return with_particles(str(template) % _spoken(reason.params, name_of))


def _ago(days: int) -> str:
    if days <= 1:
        return gettext("yesterday") if days else gettext("today")
    return gettext("%(days)s days ago") % {"days": days}


def _spoken(params: Mapping[str, object], name_of: NameOf) -> dict[str, object]:
    spoken: dict[str, object] = {}
    for name, value in params.items():
        if name in PIECES:
            spoken[name] = name_of(value)
        elif name == "days":
            spoken[name], spoken["ago"] = value, _ago(int(value))  # type: ignore[call-overload]
        elif name == "kinds":
            spoken[name] = ", ".join(term("kind", str(kind)) for kind in value)  # type: ignore[attr-defined]
        elif isinstance(value, float):
            spoken[name] = f"{value:,.0f}"
        else:
            spoken[name] = term(name, str(value)) if name in _TERMS else value
    return spoken


def part_name(part: str) -> str:
    """A part of a whole figure in the reader's language."""
    return str(BODY_PARTS.get(part, part))
