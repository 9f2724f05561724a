"""What lists may be narrowed by, over the API: a value that is none of a closed set is told with those that are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog.rest.errors import WrongFilters, not_allowed

CHOICE_CODES = {"invalid_choice", "invalid_list"}


def form_errors(form: forms.Form | forms.BaseForm) -> ValidationError:
    """What is wrong with a form, as the API tells it: field -> sentences with their codes."""
    told: dict[str, list[ErrorDetail]] = {}
    closed: dict[str, list[str]] = {}
    for name, errors in form.errors.as_data().items():
        allowed = _allowed(form.fields.get(name))
        for error in errors:
            for text in error.messages:
                if error.code in CHOICE_CODES and allowed is not None:
                    closed[name] = allowed
                    value = (error.params or {}).get("value", (error.params or {}).get("pk", form.data.get(name, "")))
                    detail = not_allowed(value, allowed)
                else:
                    detail = ErrorDetail(text, error.code or "invalid")
                told.setdefault(name, []).append(detail)
    return WrongFilters(told, closed)


def _allowed(field: forms.Field | None) -> list[str] | None:
    """Of a closed set, its values; None where any of somebody's own things may be asked."""
    if isinstance(field, forms.ModelChoiceField):
        name, rows = field.to_field_name, field.queryset
        return [str(value) for value in rows.values_list(name, flat=True)] if name and rows is not None else None
    choices = getattr(field, "choices", None)
    return [str(value) for value, _label in cast(Iterable[tuple[Any, Any]], choices) if value] if choices else None


def one_of(asked: Mapping[str, str], **closed: Iterable[str]) -> None:
    """Raises ValidationError where a parameter that was sent is none of its closed set."""
    sets = {name: [str(one) for one in allowed] for name, allowed in closed.items()}
    problems = {
        name: [not_allowed(asked[name], allowed)]
        for name, allowed in sets.items()
        if asked.get(name) and asked[name] not in allowed
    }
    if problems:
        raise WrongFilters(problems, sets)


def amounts(asked: Mapping[str, str], *names: str) -> None:
    """Raises ValidationError where one of these was sent and is no amount."""
    problems = {}
    for name in names:
        try:
            if asked.get(name) and not 0 <= Decimal(asked[name]) < 10**10:
                raise InvalidOperation
        except InvalidOperation:  # of "nan" too, which cannot be compared
            problems[name] = [ErrorDetail(_("A number from 0 on, please."), "invalid")]
    if problems:
        raise ValidationError(problems)


class ToldFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise form_errors(filterset.form)
        return filterset.qs
