"""The Korean of every page: complete, with its placeholders whole, and nothing said outside the message catalogue.

What the code says is read as makemessages would read it (Django's templatize and Python's syntax tree), but without
GNU gettext, so that the tests run on any machine.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.files import File
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from catalog import taxonomy
from catalog.importers import runner
from catalog.models import Product
from catalog.services import jobs
from recommender import wording
from tests.catalog.shop import reasons, row, table

CATALOGUE = settings.BASE_DIR / "config" / "locale" / "ko" / "LC_MESSAGES" / "django.po"
CODE = ("config", "catalog", "closet", "recommender")
# A named placeholder of either formatting, a positional one, or a percent sign that stands for itself.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%?[a-z0-9](?![A-Za-z0-9_%])|\{\w*\}")
STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
HANGUL = re.compile(r"[가-힣]")
FUNCTIONS = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
}
# Names that are the same in every language, and file formats.
SAME_EVERYWHERE = re.compile(r"\b(Otjang|English|API|CSV|JSON|PNG|ZIP|HEIC|WebP|JPEG|SKU|MB|cm|mm|kg|ms|in)\b")
SAID_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description"}


def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUE)))


def templates() -> list[Path]:
    return sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def messages_of_code(source: str) -> Iterator[str]:
    """The msgids of a Python source: first string of every gettext call, under whatever name it was imported."""
    tree = ast.parse(source)
    known = {name: name for name in FUNCTIONS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            known |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in known:
            continue
        place = 1 if "pgettext" in known[name] else 0
        if len(node.args) > place:
            said = node.args[place]
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def messages_of_template(source: str) -> Iterator[str]:
    """The msgids of a template. templatize leaves one gettext call a message, and X for all else."""
    code = templatize(source)
    for call in re.finditer(rf"\bn?gettext\(u?({STRING})|\bn?pgettext\({STRING}, u?({STRING})|\b_\(({STRING})\)", code):
        yield ast.literal_eval(next(text for text in call.groups() if text))


def test_every_message_is_translated_and_none_is_a_guess() -> None:
    unsaid = [entry.msgid for entry in entries() if entry.fuzzy or not entry.translated()]
    assert not unsaid


def test_no_message_is_left_over() -> None:
    assert not [entry.msgid for entry in entries() if entry.obsolete]


def test_placeholders_agree() -> None:
    apart = {}
    for entry in entries():
        # Korean has one form for every count; it is held against the plural, which always names the count.
        asked = sorted(set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)))
        for said in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if sorted(set(PLACEHOLDER.findall(said))) != asked:
                apart[entry.msgid] = said
    assert not apart


def test_all_that_code_says_is_in_the_catalogue() -> None:
    known = {entry.msgid for entry in entries()}
    unsaid = {}
    for folder in CODE:
        for source in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            if "migrations" not in source.parts and (lost := set(messages_of_code(source.read_text())) - known):
                unsaid[str(source.relative_to(settings.BASE_DIR))] = lost
    assert not unsaid


def test_all_that_templates_say_is_in_the_catalogue() -> None:
    known = {entry.msgid for entry in entries()}
    unsaid = {}
    for source in templates():
        if lost := set(messages_of_template(source.read_text())) - known:
            unsaid[str(source.relative_to(settings.BASE_DIR))] = lost
    assert not unsaid


class Said(HTMLParser):
    """Collects what a reader would see or hear of a template that is not said through the catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "code", "pre"):
            self.silent.append(tag)
        self.said += [value for name, value in attrs if name in SAID_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


TAGS = re.compile(
    r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}"
    r"|{%\s*block\s+\w*class\s*%}.*?{%\s*endblock\b.*?%}"  # a class for the base's markup, no word
    r"|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)


def bare_words(source: str) -> list[str]:
    reader = Said()
    reader.feed(TAGS.sub("", source))
    left = (SAME_EVERYWHERE.sub("", text).strip() for text in reader.said)
    return [text for text in left if re.search(r"[A-Za-z]{2,}", text) or HANGUL.search(text)]


# The page of a crash is said without templates' help, in both languages at once.
# The language button speaks the other language on purpose.
BILINGUAL = {"500.html", "components/language.html"}


@pytest.mark.parametrize("template", templates(), ids=lambda path: "/".join(path.parts[-2:]))
def test_templates_say_nothing_outside_the_catalogue(template: Path) -> None:
    if template.relative_to(settings.BASE_DIR / "templates").as_posix() in BILINGUAL:
        pytest.skip("bilingual on purpose")
    assert bare_words(template.read_text()) == []


def test_a_hard_coded_sentence_would_be_seen() -> None:
    assert bare_words('<p>Hello there</p><img alt="a coat">{% translate "fine" %}') == ["Hello there", "a coat"]
    assert bare_words("<p>안녕하세요 {{ name }}</p>") == ["안녕하세요"]


def test_words_of_the_taxonomy_are_korean_to_a_korean_reader() -> None:
    with translation.override("ko"):
        assert wording.term("style", "street") == "스트릿"
        assert wording.term("slot", taxonomy.Slot.OUTER.value) == "아우터"
        assert wording.term("kind", "padded") == "패딩"
        assert wording.term("zone", "inside_leg") == "안쪽 다리길이"
    with translation.override("en"):
        assert wording.term("style", "street") == "Street"


def test_every_reason_is_korean_to_a_korean_reader() -> None:
    with translation.override("ko"):
        bare = {code: str(said) for code, said in wording.SENTENCES.items() if not HANGUL.search(str(said))}
    assert set(bare) <= {"fit.off", "body.note"}  # a name and a word, both Korean already


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/account/login/", "/account/signup/", "/shop/products/", "/shop/looks/"])
def test_a_korean_browser_reads_korean(address: str) -> None:
    page = Client().get(address, headers={"accept-language": "ko-KR,ko;q=0.9"})
    text = page.content.decode()
    assert 'lang="ko"' in text
    assert "로그인" in text


@pytest.mark.django_db
def test_an_import_started_by_a_korean_reader_names_its_problems_in_korean(tmp_path: Path) -> None:
    rows = [row(1), row(2, price="a lot")]
    with translation.override("ko"):
        job = jobs.job_create(
            content="products", file=File(table(tmp_path, rows).open("rb"), "feed.csv"), requested_by="Dana"
        )
        jobs.job_start(job=job, is_dry_run=False)
    runner.run(job.pk)  # the worker has a language of its own
    assert HANGUL.search(reasons(job)[3])
    made = Product.objects.get(sku="A-1")
    assert (made.kind.slug, made.colour_names, made.gender) == ("trousers", ["navy"], "women")
