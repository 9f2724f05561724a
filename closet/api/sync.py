"""`updated_since` of lists: what changed since a cursor, for clients that keep a copy (closet/services/changes.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from catalog.rest.pages import Pages
from closet.models import User
from closet.services.changes import BadCursor, Changes, CursorExpired, changes_since

if TYPE_CHECKING:
    from rest_framework.generics import GenericAPIView

    _View = GenericAPIView[Any]
else:
    _View = object

SINCE = "updated_since"
ASIDE = frozenset({SINCE, "page_size"})  # what may be asked beside it


class SyncExpired(exceptions.APIException):
    status_code = status.HTTP_410_GONE
    default_code = "cursor_expired"

    def __init__(self) -> None:
        super().__init__(_("This cursor holds no more; begin anew with an empty updated_since."))


class SyncPages(Pages):
    """Pages as everywhere; with `updated_since` those of what changed."""

    changes: Changes | None = None
    asked: Request

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        token = request.query_params.get(SINCE)
        if token is None:
            return super().paginate_queryset(queryset, request, view)
        self.asked = request
        if others := sorted(set(request.query_params) - ASIDE):
            text = _("updated_since goes with page_size alone.")
            raise exceptions.ValidationError({name: [text] for name in others})
        try:
            self.changes = changes_since(
                owner=cast(User, request.user),
                thing=view.sync_thing,
                cursor=token,
                visible=queryset,
                limit=self.get_page_size(request) or self.page_size,
            )
        except CursorExpired:
            raise SyncExpired from None
        except BadCursor:
            text = _("Leave it empty the first time; then send the cursor of the last answer.")
            raise exceptions.ValidationError({SINCE: [text]}) from None
        return list(self.changes.rows)

    def get_paginated_response(self, data: Any) -> Response:
        if self.changes is None:
            return super().get_paginated_response(data)
        address = remove_query_param(self.asked.build_absolute_uri(), "page")
        following = replace_query_param(address, SINCE, self.changes.cursor)
        return Response(
            {
                "count": self.changes.left,
                "next": None if self.changes.is_last else following,
                "previous": None,
                "results": data,
                "deleted": self.changes.gone,
                "cursor": self.changes.cursor,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = super().get_paginated_response_schema(schema)
        told["properties"] |= {
            "deleted": {
                "type": "array",
                "items": {"type": "string"},
                "description": "With updated_since: ids of what is not there any more.",
            },
            "cursor": {
                "type": "string",
                "description": "With updated_since: what to send as updated_since next time, once `next` is null.",
            },
        }
        return told

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        asked = {
            "name": SINCE,
            "required": False,
            "in": "query",
            "description": "What changed since, with `deleted` and `cursor`: empty the first time, then the cursor of "
            "the last answer. Nothing is missed, something may come twice; 410 after 90 days. With page_size alone.",
            "schema": {"type": "string"},
        }
        return [*super().get_schema_operation_parameters(view), asked]


class Synced(_View):
    """A list with `updated_since`. sync_thing: a value of ChangeLog.Thing."""

    pagination_class = SyncPages
    sync_thing: str

    def filter_queryset(self, queryset: Any) -> Any:
        return queryset if SINCE in self.request.query_params else super().filter_queryset(queryset)
