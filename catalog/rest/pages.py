"""One way of paging."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=2&page_size=50`; answers `{"count", "next", "previous", "results"}`."""

    page_size = 24
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = super().get_paginated_response_schema(schema)
        told["required"] = ["count", "next", "previous", "results"]
        for name in ("next", "previous"):
            # As OpenAPI 3.1 says what may be null; the library says it as 3.0 did, and lists leave nothing out.
            del told["properties"][name]["nullable"]
            told["properties"][name] |= {"type": ["string", "null"], "description": "The address of that page."}
        return told

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
                parameter["description"] = "How many on a page; more than the maximum reads as the maximum."
        return parameters


class LongPages(Pages):
    """Of what is short by nature (devices, e-mails, kinds): all of it, unless somebody has very much."""

    page_size = 500
    max_page_size = 1000
