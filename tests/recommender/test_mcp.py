"""An assistant asks the closet over the Model Context Protocol, by the SDK's own client and a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from mcp import Client, StdioServerParameters

from closet.models import DeviceToken, Garment, User, Wear
from tests.cast import member
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db(transaction=True)
TOOLS = {"list_garments", "search_closet", "todays_outfits", "what_goes_with", "worn", "log_wear"}


@pytest.fixture
def alice(committed: None) -> User:
    return member("alice")


@pytest.fixture
def closet(alice: User) -> list[Garment]:
    kinds = (("shirt", "navy"), ("jeans", "blue"), ("sneakers", "white"), ("skirt", "red"))
    return [garment(alice, kind, colour, vector=number) for number, (kind, colour) in enumerate(kinds, 1)]


def environment(token: str, **more: str) -> dict[str, str]:
    name = str(connection.settings_dict["NAME"])
    database = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    return {**os.environ, "DATABASE_URL": database, "MCP_ENABLED": "true", "OTJANG_TOKEN": token, **more}


def told(result: Any) -> Any:
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


def talk(token: str, conversation: Callable[[Client], Any]) -> Any:
    command = StdioServerParameters(
        command=sys.executable, args=["manage.py", "mcp"], env=environment(token), cwd=settings.BASE_DIR
    )

    async def run() -> Any:
        async with Client(command) as client:
            return await conversation(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


def test_an_assistant_asks_and_logs_what_was_worn(alice: User, closet: list[Garment]) -> None:
    shirt, jeans, shoes, skirt = closet
    device, token = DeviceToken.objects.create(user=alice, name="assistant")
    theirs = garment(member("charlie"), "coat", "black", vector=9)
    yesterday = timezone.localdate() - timedelta(days=1)

    async def conversation(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        assert [name for name, tool in tools.items() if not tool.annotations.read_only_hint] == ["log_wear"]
        every = told(await client.call_tool("list_garments", {}))
        assert {one["id"] for one in every["garments"]} == {one.pk for one in closet} and not every["has_more"]
        assert told(await client.call_tool("list_garments", {"slot": "top"}))["garments"][0]["id"] == shirt.pk
        for words in ("red skirt", "빨간 치마"):
            found = told(await client.call_tool("search_closet", {"words": words}))
            assert [one["id"] for one in found["garments"]] == [skirt.pk]
        outfits = told(await client.call_tool("todays_outfits", {"temperature": 18}))["outfits"]
        assert outfits and {one["id"] for one in outfits[0]["garments"]} <= {one.pk for one in closet}
        assert told(await client.call_tool("what_goes_with", {"garment": shirt.pk}))["garment"]["title"]
        worn = told(await client.call_tool("log_wear", {"garments": [shirt.pk, jeans.pk], "day": f"{yesterday}"}))
        assert [one["wears"] for one in worn["garments"]] == [1, 1]
        log = told(await client.call_tool("worn", {"day_from": f"{yesterday}"}))["wears"]
        assert {(row["garment"], row["day"]) for row in log} == {(pk, f"{yesterday}") for pk in (shirt.pk, jeans.pk)}

        async def refused(tool: str, **named: Any) -> str:
            answer = await client.call_tool(tool, named)
            assert answer.is_error
            return str(answer.content[0].text)

        assert "no garment" in await refused("what_goes_with", garment=theirs.pk)
        assert "no garment" in await refused("log_wear", garments=[shoes.pk, theirs.pk])
        assert "no garment" in await refused("what_goes_with", garment=10**30)
        assert "still to come" in await refused("log_wear", garments=[shoes.pk], day="2999-01-01")
        assert "none of these" in await refused("list_garments", slot="'; DROP TABLE closet_garment; --")
        assert "characters" in await refused("search_closet", words="x" * 10_000)
        assert await refused("log_wear", garments="all")
        await asyncio.to_thread(revoke)
        assert "not valid any more" in await refused("list_garments")

    def revoke() -> None:
        device.delete()
        connection.close()

    talk(token, conversation)
    assert Wear.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"MCP_ENABLED": "false"}, "switched off"),
        ({"MCP_ENABLED": ""}, "switched off"),
        ({"OTJANG_TOKEN": "0" * 64}, "no token"),
        ({"OTJANG_TOKEN": ""}, "no token"),
        ({"OTJANG_TOKEN": "열쇠"}, "no token"),
    ],
)
def test_it_does_not_start_unasked_or_for_nobody(alice: User, more: dict[str, str], says: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "mcp"],
        env=environment("x", **more), cwd=settings.BASE_DIR, input="", capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0 and says in done.stderr and done.stdout == ""
