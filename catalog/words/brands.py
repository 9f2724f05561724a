"""How Korean writes the names of brands that feeds tell of in English alone."""

# ruff: noqa: E501  (a line an alphabet reads best)
from __future__ import annotations

from catalog.words.lexicon import split

_SAID: dict[str, str] = {
    "adidas": "아디다스", "asics": "아식스", "birkenstock": "버켄스탁", "calvin klein": "캘빈클라인, 캘빈 클라인",
    "carhartt": "칼하트", "champion": "챔피온, 챔피언", "columbia": "컬럼비아, 콜롬비아", "converse": "컨버스", "cos": "코스",
    "crocs": "크록스", "diesel": "디젤", "dr. martens": "닥터마틴, 닥터 마틴", "ecco": "에코", "fila": "휠라, 필라", "fossil": "파슬",
    "gap": "갭", "giordano": "지오다노", "gucci": "구찌", "guess": "게스", "h&m": "에이치앤엠", "hermes": "에르메스",
    "jeep": "지프", "kangol": "캉골", "lacoste": "라코스테", "levi's": "리바이스", "levis": "리바이스",
    "lotto": "로또", "mango": "망고", "massimo dutti": "마시모두띠, 마시모 두띠", "mlb": "엠엘비", "new balance": "뉴발란스, 뉴발",
    "nike": "나이키", "patagonia": "파타고니아", "polo ralph lauren": "폴로 랄프로렌, 폴로", "prada": "프라다", "puma": "퓨마, 푸마",
    "ralph lauren": "랄프로렌, 랄프 로렌", "ray-ban": "레이밴", "reebok": "리복", "salomon": "살로몬", "skechers": "스케쳐스",
    "stussy": "스투시", "supreme": "슈프림", "teva": "테바", "the north face": "노스페이스", "timberland": "팀버랜드",
    "tommy hilfiger": "타미힐피거, 타미 힐피거", "umbro": "엄브로", "under armour": "언더아머", "uniqlo": "유니클로", "vans": "반스",
    "wrangler": "랭글러", "zara": "자라",
}  # fmt: skip
# Korean -> the English names, lower case, that are spelt so.
ENGLISH: dict[str, tuple[str, ...]] = {}
for _name, _words in _SAID.items():
    for _word in split(_words):
        ENGLISH[_word] = (*ENGLISH.get(_word, ()), _name)
