"""The save, like and hide buttons of a thing of the catalogue, wherever it is shown."""

from __future__ import annotations

from typing import Any

from django import template

from closet.services.likes import Thing, thing_name, verbs_of

register = template.Library()


@register.inclusion_tag("closet/_like_buttons.html", takes_context=True)
def like_buttons(context: template.Context, thing: Thing) -> dict[str, Any]:
    """One query for a member, none for a visitor."""
    request = context["request"]
    user = request.user
    verbs = verbs_of(owner=user, thing=thing) if user.is_authenticated else set()
    return {"request": request, "user": user, "csrf_token": context.get("csrf_token", ""), "thing": thing,
            "thing_name": thing_name(thing), "verbs": verbs}  # fmt: skip
