"""Search looks and products by photo, palette and words; the page and its fragments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Brand, Kind
from catalog.money import money
from catalog.requests import HtmxHttpRequest
from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from recommender.forms import SearchForm, SeenForm
from recommender.models import SavedSearch
from recommender.services import photo_query, search_notes
from recommender.services.photo_results import results_of
from recommender.services.preferences import search_save
from recommender.services.search import PAGE, SHELF
from recommender.services.search import search as ask
from recommender.services.search_filters import read_band
from recommender.services.search_request import question_of, questions_of
from recommender.services.suggestions import suggested

FACETS = ("slot", "gender", "season", "style", "kind", "colour", "brand", "price", "size")


@require_safe
def search(request: HtmxHttpRequest) -> HttpResponse:
    """The page; for htmx the results alone, or one more page of them."""
    form = SearchForm(request.GET)
    asked = form.cleaned_or_default()
    questions, source = questions_of(request=request, asked=asked)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "source": source,
        "thing": asked["thing"],
        "colours": asked["palette"],
        "given": list(request.GET.items()),  # request.GET.items in a template is a parameter of that name
        "worlds": [("all", _("All")), ("garments", _("Closet")), ("products", _("Products")), ("looks", _("Looks"))],
    }
    if request.user.is_authenticated:
        context["saved"] = SavedSearch.objects.filter(owner=request.user)[:12]
    if len(questions) > 1:
        answers = [(question.thing, ask(question=question, limit=SHELF)) for question in questions]
        # Words are read alike everywhere; the world with the most to show says what was understood.
        fullest = max(answers, key=lambda one: one[1].total)[1]
        context |= {"answers": answers, "answer": fullest, "facets": [], "is_together": True}
    else:
        offset = (asked["page"] - 1) * PAGE
        fullest = ask(question=questions[0], limit=PAGE, offset=offset)
        context |= {
            "answer": fullest,
            "next_page": asked["page"] + 1 if fullest.has_page(asked["page"] + 1) else None,
            "facets": _named_facets(fullest.facets, asked),
        }
    context |= {"chips": search_notes.chips(fullest), "notes": search_notes.notes(fullest)}
    template = "search.html"
    if request.htmx:
        template = "_search_more.html" if asked["page"] > 1 else "_search.html"
    return render(request, f"recommender/{template}", context)


@require_safe
def suggestions(request: HtmxHttpRequest) -> HttpResponse:
    """Completions of what is typed, as a list of links; without words nothing."""
    words = request.GET.get("q", "")
    return render(request, "recommender/_suggestions.html", {"suggestions": suggested(words)})


def _named_facets(facets: dict[str, list[tuple[str, int]]], asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The facets with words for people; brands and kinds have theirs in the database.

    What is chosen stands among them even where nothing was found with it, or it could not be taken back.
    """
    for name in FACETS:
        chosen = asked.get(name)
        if chosen and chosen not in dict(facets.get(name, [])):
            facets = {**facets, name: [(chosen, 0), *facets.get(name, [])]}
    names = {
        kind.slug: kind.name for kind in Kind.objects.filter(slug__in=[slug for slug, _ in facets.get("kind", [])])
    }
    brands = Brand.objects.filter(slug__in=[slug for slug, _ in facets.get("brand", [])])
    names |= {brand.slug: brand.name for brand in brands}
    names |= {slug: _band_name(slug) for slug, _count in facets.get("price", [])}
    return [
        {
            "name": name,
            "values": [
                {"slug": slug, "name": names.get(slug), "count": count, "on": asked.get(name) == slug}
                for slug, count in values
            ],
        }
        for name in FACETS
        if (values := facets.get(name)) or (name == "price" and values is not None)  # its two fields are always there
    ]


def _band_name(slug: str) -> str:
    """The band in money; empty where the reader made it up."""
    band = read_band(slug)
    if band is None:
        return slug
    currency, low, high = band
    if high is None:
        return _("from %s") % money(low, currency)
    return _("below %s") % money(high, currency) if not low else f"{money(low, currency)} – {money(high, currency)}"


@require_POST
def photo(request: HtmxHttpRequest) -> HttpResponse:
    """Takes a photo to search with; it is looked at by a worker and not kept."""
    upload = request.FILES.get("file")
    if upload is None:
        return _refused(request, _("Choose a photo first."))
    try:
        query_id = photo_query.query_add(
            asker=photo_query.asker_of(request), address=photo_query.address_of(request), upload=upload
        )
    except PhotoProblem as problem:
        return _refused(request, problem.message)
    return HttpResponseRedirect(reverse("recommender:search_photo", args=[query_id]))


def _refused(request: HtmxHttpRequest, message: str) -> HttpResponse:
    if request.htmx:
        return JsonResponse({"message": message, "extra": {}}, status=400)
    return render(request, "recommender/photo_search.html", {"problem": message}, status=400)


@require_safe
def photo_results(request: HtmxHttpRequest, query_id: str) -> HttpResponse:
    """What was seen on the photo, and what is like the chosen garment; polls while a worker looks."""
    found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
    if found is None:
        raise Http404
    context: dict[str, Any] = {"found": found}
    if found.status == "done" and found.garments:
        context["results"] = results_of(
            user=request.user if request.user.is_authenticated else None,
            found=found,
            number=SeenForm(request.GET).cleaned_or_default()["garment"],
        )
    if request.htmx:
        return render(request, "recommender/_photo_search.html", context)
    return render(request, "recommender/photo_search.html", context)


@login_required
@require_POST
def save_search(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Keeps the question under a name. A photo's vector is kept with it, the photo is not."""
    form = SearchForm(request.POST)
    question, _source = question_of(request=request, asked=form.cleaned_or_default())
    name = request.POST.get("name", "")
    try:
        saved = search_save(
            owner=request.user, name=name, parameters=SearchForm.kept(request.POST.dict()), vector=question.vector
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return HttpResponseRedirect(reverse("recommender:search", query=form.given()))
    return HttpResponseRedirect(saved.get_absolute_url())


@login_required
@require_POST
def forget_search(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedSearch, owner=request.user, pk=pk).delete()
    return HttpResponseRedirect(reverse("recommender:search"))
