"""Small brands that are like me."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommender import brands
from recommender.charts import radar


@login_required
@require_safe
def brands_like_me(request: HttpRequest) -> HttpResponse:
    surprise = request.GET.get("surprise") == "1"
    answer = brands.brands_like_me(user=request.user, surprise=surprise)
    context = {"answer": answer, "radar": radar(answer.radar), "surprise": surprise}
    return render(request, "recommender/brands_like_me.html", context)
