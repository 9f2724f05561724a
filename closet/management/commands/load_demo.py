"""`./run` calls it once: the demo catalogue, and a demo member with a closet. Calling it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.demo.load import demo_load
from closet.demo import demo_member_load


class Command(BaseCommand):
    help = "Loads the demo catalogue and the demo member. Changes nothing that is there already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="demo@otjang.example")
        parser.add_argument("--password", required=True)

    def handle(self, *args: Any, email: str, password: str, **options: Any) -> None:
        demo_load(say=self.stdout.write)
        demo_member_load(email=email, password=password)
