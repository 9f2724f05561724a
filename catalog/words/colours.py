"""Words for colours as people say them, and which colours come nearest where one is not there."""

# ruff: noqa: E501  (a line a meaning reads best)
from __future__ import annotations

# Stems take what follows them in Korean: 빨간, 빨간색, 빨간색의 are one word (see reading.py).
SAID: dict[str, str] = {
    "black": "검정, 검은, 까만, 까망, 검정색, 검은색, 블랙, 올블랙, 흑색, 블랙색, blk",
    "white": "흰, 흰색, 하얀, 하얀색, 하양, 화이트, 백색, 순백, 오프화이트, off white",
    "grey": "회색, 그레이, 잿빛, 쥐색, 멜란지, 그래이, gray",
    "charcoal": "차콜, 먹색, 진회색, 짙은 회색, 챠콜, dark grey, dark gray, anthracite, graphite, coal",
    "navy": "네이비, 남색, 곤색, 감색, 네이버색, dark blue, navy blue",
    "blue": "파란, 파랑, 파란색, 파랑색, 블루, 청색, 푸른, 코발트, royal blue",
    "sky-blue": "하늘색, 스카이블루, 소라색, 연청, 연한 파랑, 연하늘, light blue, baby blue",
    "red": "빨간, 빨강, 빨간색, 빨강색, 붉은, 레드, 적색, 다홍, 다홍색",
    "burgundy": "버건디, 와인, 와인색, 자주, 자주색, 마룬, 팥죽색, wine, maroon, bordeaux",
    "pink": "핑크, 분홍, 분홍색, 핑크색, 연분홍, 코랄, 살구색, 핫핑크, 로즈, coral, rose, fuchsia",
    "orange": "주황, 주황색, 오렌지, 오랜지, 오렌지색, 귤색",
    "yellow": "노란, 노랑, 노란색, 노랑색, 옐로, 옐로우, 레몬색, 병아리색",
    "mustard": "머스터드, 머스타드, 겨자, 겨자색",
    "green": "초록, 초록색, 녹색, 그린, 풀색, 청록, 청록색, emerald, bottle green, forest green",
    "olive": "올리브, 올리브색, 올리브그린, 쑥색",
    "khaki": "카키, 카키색, 국방색",
    "mint": "민트, 민트색, 연두, 연두색",
    "brown": "갈색, 브라운, 밤색, 초코색, 초콜릿색, 고동색, 카멜, 카멜색, 낙타색, camel, tan, chocolate",
    "beige": "베이지, 베이지색, 살색, 샌드, 오트밀, 모래색, 누드, sand, oatmeal, nude",
    "ivory": "아이보리, 아이보리색, 크림, 크림색, 상아색, 미색, cream, ecru, off-white",
    "purple": "보라, 보라색, 퍼플, 라벤더, 연보라, 자색, violet, lavender, lilac",
    "gold": "금색, 골드, 황금색, 금빛, golden",
    "silver": "은색, 실버, 은빛",
    "multi": "멀티, 멀티컬러, 알록달록, 무지개색, 무지개, 레인보우, colourful, colorful, multicolour, multicolor, rainbow",
}
NEAR: dict[str, tuple[str, ...]] = {
    "black": ("charcoal", "navy"),
    "white": ("ivory", "silver"),
    "grey": ("charcoal", "silver"),
    "charcoal": ("grey", "black"),
    "navy": ("blue", "charcoal", "black"),
    "blue": ("navy", "sky-blue"),
    "sky-blue": ("blue", "mint"),
    "red": ("burgundy", "pink", "orange"),
    "burgundy": ("red", "brown", "purple"),
    "pink": ("red", "purple"),
    "orange": ("red", "yellow", "mustard"),
    "yellow": ("mustard", "gold", "orange"),
    "mustard": ("yellow", "gold", "brown"),
    "green": ("olive", "mint", "khaki"),
    "olive": ("khaki", "green"),
    "khaki": ("olive", "beige", "green"),
    "mint": ("green", "sky-blue"),
    "brown": ("beige", "burgundy", "mustard"),
    "beige": ("ivory", "khaki", "brown"),
    "ivory": ("white", "beige"),
    "purple": ("burgundy", "pink"),
    "gold": ("mustard", "yellow", "beige"),
    "silver": ("grey", "white"),
    "multi": (),
}
# What feeds write of colours and what, searched for, means something else: cloth (denim), kinds, or too much.
NOT_SPOKEN = frozenset({"denim", "steel", "metallic", "aqua", "rust", "skin", "소라", "피치", "마룬 5", "army", "sky"})
