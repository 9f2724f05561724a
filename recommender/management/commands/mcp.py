"""`./run manage mcp`: a Model Context Protocol server on standard input and output, by which assistants ask a closet.

Off unless MCP_ENABLED says otherwise. The member's device token comes by OTJANG_TOKEN and is looked at with every
call: revoked under *Devices*, the next call is refused. An assistant's entry for it:
`{"command": "/path/to/otjang/run", "args": ["manage", "mcp"], "env": {"OTJANG_TOKEN": "..."}}`
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import translation
from rest_framework.exceptions import AuthenticationFailed

from closet.authentication import DeviceTokenAuthentication
from closet.models import Profile, User
from closet.problems import TooBusy
from recommender.services import assistant

if TYPE_CHECKING:
    from mcp.server import MCPServer

NAME = "otjang"
INSTRUCTIONS = (
    "A member's closet: garments they own, what goes with what, outfits for today, and the log of what was worn. "
    "Name garments by their titles to people, by their ids to tools. log_wear is the only tool that writes."
)


class Command(BaseCommand):
    help = "Serves the closet of OTJANG_TOKEN's member to an assistant, by the Model Context Protocol on stdio."
    requires_system_checks: list[str] = []  # their warnings would go where the protocol goes

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MCP_ENABLED:
            raise CommandError("The MCP server is switched off; MCP_ENABLED=true switches it on.")
        token = os.environ.get("OTJANG_TOKEN", "")
        try:
            member_of(token)
        except AuthenticationFailed:
            raise CommandError("OTJANG_TOKEN is no token of a device; make one under Devices.") from None
        server(token).run("stdio")


def member_of(token: str) -> User:
    """Raises AuthenticationFailed: never given, revoked, expired."""
    if not token.isascii() or not token.isprintable() or not 0 < len(token) <= 200:
        raise AuthenticationFailed
    user, _device = DeviceTokenAuthentication().authenticate_credentials(token.encode())
    return user  # type: ignore[no-any-return]  # knox has no types


def server(token: str) -> MCPServer[Any]:
    """The tools, all for the member that the token names."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    writes = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    told = MCPServer(NAME, title=settings.SITE_NAME, instructions=INSTRUCTIONS, log_level="WARNING")

    def ask(question: Callable[..., dict[str, Any]], **named: Any) -> dict[str, Any]:
        """Each call as a request is: who asks, in their language, on a connection that lives."""
        close_old_connections()
        try:
            owner = member_of(token)
            language = Profile.objects.filter(user=owner).values_list("language", flat=True).first()
            with translation.override(language or settings.LANGUAGE_CODE):
                return question(owner=owner, **named)
        except AuthenticationFailed:
            raise ToolError("The token is not valid any more.") from None
        except ValidationError as error:
            raise ToolError(" ".join(error.messages)) from None
        except TooBusy as busy:
            raise ToolError(str(busy.detail)) from None
        finally:
            close_old_connections()

    @told.tool(annotations=reads)
    def list_garments(slot: str = "", colour: str = "", state: str = "", page: int = 1) -> dict[str, Any]:
        """The garments of the closet, newest first, 50 on a page. slot: top, outer, dress, bottom, shoes, bag, hat,
        accessory. colour: such as navy. state: ready, laundry, lent, repair, archived; all but archived where empty."""
        return ask(assistant.garments_list, slot=slot, colour=colour, state=state, page=page)

    @told.tool(annotations=reads)
    def search_closet(words: str) -> dict[str, Any]:
        """Garments by words in Korean or English, such as "red skirt" or "결혼식 하객룩"."""
        return ask(assistant.closet_search, words=words)

    @told.tool(annotations=reads)
    def todays_outfits(occasion: str = "", temperature: float | None = None) -> dict[str, Any]:
        """Outfits for today from garments that are ready to wear, best first, with reasons. temperature in °C; without
        it the weather of the member's city. occasion: such as work, date, wedding, sport."""
        return ask(assistant.today, occasion=occasion, temperature=temperature)

    @told.tool(annotations=reads)
    def what_goes_with(garment: int) -> dict[str, Any]:
        """What of the closet goes with a garment, by slot, best first, with reasons. garment: its id."""
        return ask(assistant.goes_with, garment=garment)

    @told.tool(annotations=reads)
    def worn(day_from: date | None = None, day_to: date | None = None) -> dict[str, Any]:
        """What was worn when, newest first. Days as 2026-01-31."""
        return ask(assistant.wears, day_from=day_from, day_to=day_to)

    @told.tool(annotations=writes)
    def log_wear(garments: list[int], day: date | None = None) -> dict[str, Any]:
        """Notes that these garments (ids) were worn, today where no day is given. Twice the same day counts once."""
        return ask(assistant.wear_log, garments=garments, day=day)

    return told
