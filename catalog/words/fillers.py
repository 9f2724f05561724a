"""Words that carry no wish of their own, and what Korean writes behind a noun."""

# ruff: noqa: E501, SIM905  (a line a sort reads best)
from __future__ import annotations

_ENGLISH = """
a an the with and or of in on to my me i we some something anything any want need looking look looks clothes
clothing cloth outfit outfits wear wearing worn when go going day that is are be nice good best new style item
things thing stuff from at by please show find buy get great really very which what ones one piece pieces
fashion ideas for it this fit wearable colour colored coloured color
"""
_KOREAN = """
옷 의류 룩 코디 추천 추천해줘 추천좀 입을 입기 입는 입고 신을 신기 쓸 들 들고 갈 때 갈때 할때 날 좋은 예쁜 이쁜 어울리는 할 것 거 수 있는
하는 찾아줘 보여줘 사고싶은 요즘 무난한 스타일 느낌 나는 데 에 와 랑 및 그리고 좀 하나 같은 용 템 아이템 패션 만한 입을만한 맞는 위한
가는 가기 다닐 볼 보는 볼때 보러 나갈 나가는 색 색상 컬러 무늬 핏 소재 재질 계열 만 도 은 는 이 가 을 를 의 로 으로 멋진 잘 제일 많이 자주 안 잘어울리는 뭐
"""
FILLERS = frozenset((_ENGLISH + _KOREAN).split())
PARTICLES = frozenset("은 는 이 가 을 를 의 에 로 와 과 랑 도 만 용 으로 이랑".split())
# Endings that only say "for", "like", "in the colour of".
ENDINGS = frozenset(
    "for like 나 룩 핏 한 인 된 색 옷 에서 에는 에도 하고 이나 까지 부터 처럼 같은 입은 느낌 느낌의 스타일 풍 풍의 재질 소재 소재의 색상 컬러 계열 무늬 패턴 용으로 룩으로 갈때 할때 볼때 때 날 들 할 갈 복 하 하기 하는 하러".split()
)
