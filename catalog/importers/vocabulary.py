"""The words shops use, in Korean and English, to the words of our taxonomy."""

# ruff: noqa: E501  (a line a kind reads best)
from __future__ import annotations

import re
from functools import lru_cache

from catalog import taxonomy
from catalog.taxonomy import Slot

# Words of feeds for each of our kinds, beside their own names. Singular where English adds an s.
KIND_WORDS: dict[str, str] = {
    "t-shirt": "tshirt, tee, tee shirt, t shirt, short sleeve tee, top, 반소매 티셔츠, 반팔, 반팔티, 반팔 티셔츠, 티",
    "long-sleeve": "longsleeve, long sleeve t-shirt, long sleeve tee, long sleeve, 긴팔, 긴팔티, 긴소매, 긴팔 티셔츠",
    "shirt": "dress shirt, button-down, oxford shirt, 남방, 와이셔츠, 셔츠/블라우스",
    "blouse": "shirt blouse, tops, 블라우스/셔츠",
    "polo": "polo, polo t-shirt, pique, 카라티, 카라 티셔츠, 피케 셔츠, 피케",
    "knit": "sweater, knitwear, jumper, pullover, turtleneck, 니트웨어, 스웨터, 니트/스웨터, 풀오버, 터틀넥",
    "sweatshirt": "crewneck, sweat, 스웨트셔츠, 맨투맨/스웨트셔츠, 스웻셔츠",
    "hoodie": "hooded sweatshirt, hood, hoody, zip-up hoodie, 후드, 후드티, 후디, 후드집업, 후드 집업",
    "sleeveless": "tank top, tank, camisole, singlet, innerwear vest, cami, 나시, 슬리브리스, 민소매 티셔츠, 캐미솔",
    "bodysuit": "body, romper, 바디수트",
    "jacket": "jackets/coats, bomber, blouson, windbreaker, rain jacket, denim jacket, nehru jacket, track jacket, "
    "자켓, 점퍼, 블루종, 바람막이, 청자켓, 트러커 재킷, 항공점퍼, 야상, 아우터",
    "blazer": "suit jacket, tailored jacket, tracksuit jacket, 블레이저 재킷, 슈트, 수트, 정장 재킷, 슈트/블레이저 재킷",
    "coat": "overcoat, trench, trench coat, parka, duffle coat, 트렌치코트, 더플코트, 롱코트, 겨울 코트, 싱글 코트",
    "cardigan": "shrug, 가디건",
    "padded": "puffer, down jacket, padding, padded coat, 숏패딩, 롱패딩, 다운, 패딩 점퍼, 숏패딩/숏헤비 아우터",
    "vest": "waistcoat, gilet, 조끼, 패딩 조끼, 니트 베스트",
    "dress": "dresses, saree, gown, midi dress, maxi dress, lehenga choli, one-piece, 드레스, 원피스/스커트, 미니 원피스, 롱 원피스",
    "jumpsuit": "overalls, dungaree, tracksuit, clothing set, playsuit, 점프슈트, 오버롤, 멜빵바지",
    "jeans": "denim, denim pants, jean, jegging, 데님, 데님 팬츠, 데님팬츠, 진",
    "trousers": "pants, slacks, chinos, chino, capri, rain trouser, salwar, patiala, churidar, salwar and dupatta, "
    "cargo pants, 팬츠, 바지, 슬랙스 팬츠, 면바지, 코튼 팬츠, 치노 팬츠, 정장 바지, 슈트 팬츠, 슈트 팬츠/슬랙스, 카고 팬츠, 와이드 슬랙스",
    "shorts": "short, bermuda, lounge short, 쇼츠, 숏 팬츠, 숏팬츠, 하프팬츠",
    "skirt": "mini skirt, midi skirt, maxi skirt, 치마, 미니스커트, 미디스커트, 롱스커트",
    "leggings": "legging, tight, tights, stocking, 타이츠, 스타킹",
    "sweatpants": "joggers, jogger, track pant, sweat pants, lounge pant, training pants, 조거 팬츠, 트레이닝 팬츠, "
    "트레이닝, 츄리닝, 트레이닝/조거 팬츠, 추리닝",
    "sneakers": "sneaker, trainers, casual shoe, sports shoe, running shoe, shoe, 운동화, 캔버스 단화, 신발, 캔버스/단화, 단화",
    "dress-shoes": "formal shoe, dress shoe, oxfords, loafer, derby, brogue, 로퍼, 더비 슈즈, 블로퍼, 옥스퍼드",
    "boots": "boot, bootie, ankle boots, chelsea boots, 워커, 부티, 첼시 부츠, 앵클부츠",
    "sandals": "sandal, sports sandal, 샌달",
    "heels": "heel, pumps, pump, stilettos, wedge, 하이힐, 펌프스, 힐/펌프스",
    "flats": "flat, ballet flats, ballerina, mary jane, 플랫, 플랫슈즈, 단화 플랫",
    "slippers": "slipper, flip flop, slides, mule, 쪼리, 슬라이드, 뮬, 플립플롭",
    "handbag": "hand bag, bag, bags, shoulder bag, satchel, duffel bag, laptop bag, trolley bag, 핸드 백, 숄더백, 가방, 보스턴백, 더플백",
    "backpack": "rucksack, 배낭",
    "crossbody": "crossbody, cross body bag, messenger bag, messenger, sling bag, waist pouch, mobile pouch, belt bag, "
    "메신저백, 메신저/크로스 백, 크로스 백, 슬링백, 웨이스트 백, 힙색",
    "clutch": "clutches, pouch, wallet, 파우치, 지갑, 클러치 백, 클러치백",
    "tote": "tote, shopper, 에코백, 토트",
    "cap": "baseball cap, snapback, 야구모자, 볼캡, 캡, 캡/야구 모자",
    "hat": "fedora, bucket hat, beret, 버킷햇, 베레모, 페도라, 헌팅캡, 헌팅캡/베레모",
    "beanie": "knit cap, watch cap",
    "scarf": "scarve, muffler, stole, dupatta, shawl, 목도리, 머플러, 스카프/반다나, 반다나, 숄",
    "belt": "suspender, 멜빵, 서스펜더",
    "tie": "necktie, bow tie, 나비넥타이, 타이",
    "eyewear": "sunglasses, sunglass, glasses, spectacles, 안경, 선글라스, 아이웨어",
    "watch": "watches, 손목시계, 쿼츠 아날로그, 디지털 시계",
    "socks": "sock, 삭스, 발목 양말",
    "jewellery": "jewelry, necklace, necklace and chain, earrings, earring, bracelet, ring, cufflink, wristband, "
    "목걸이, 귀걸이, 팔찌, 반지, 목걸이/펜던트",
    "gloves": "glove, mitten",
    "tunic": "kurta, kurti, kurta set, kaftan, tunics, 쿠르타",
    "underwear": "brief, trunk, boxer, bra, lingerie, panty, innerwear, 속옷 상의, 팬티, 브라",
    "swimwear": "swimsuit, bikini, swim shorts, 수영복/비치웨어, 비키니, 래시가드",
}
_STYLE_WORDS = {
    "amekaji": "americancasual, american casual, american-casual, ame, 아메리칸 캐주얼, 아메카지룩",
    "sporty": "sports, sport, athleisure, 스포츠, 애슬레저, 고프코어",
    "street": "streetwear, 스트리트, 힙합",
    "casual": "캐쥬얼, everyday",
    "girlish": "걸리쉬, feminine, lovely, romantic, 페미닌, 로맨틱, 러블리",
    "chic": "minimal, modern, 미니멀, 모던",
    "formal": "business, office, 비즈니스, 오피스, 정장",
    "dandy": "댄디룩, smart casual, classic",
}
_GENDER_WORDS = {
    "women": "woman, female, f, w, ladies, lady, girls, girl, womens, women's, 여, 여자, 여성용, 걸즈, 여아",
    "men": "man, male, m, gents, boys, boy, mens, men's, 남, 남자, 남성용, 남아",
    "unisex": "u, all, both, mf, 공용, 남녀, 유니섹스, 남녀 공용, 키즈, kids",
}
_SEASON_WORDS = {
    "spring": "spr, 봄철, ss, s/s, spring/summer, 춘하, 간절기, 환절기",
    "summer": "sum, 여름철, ss, s/s, spring/summer, 춘하",
    "autumn": "fall, aut, 가을철, fw, f/w, aw, a/w, fall/winter, autumn/winter, 추동, 간절기, 환절기",
    "winter": "win, 겨울철, fw, f/w, aw, a/w, fall/winter, autumn/winter, 추동",
}
_ALL_SEASONS = {"all", "all season", "all seasons", "year round", "4 seasons", "사계절", "4계절", "시즌리스"}
COLOUR_WORDS = {
    "black": "blk, 검정, 검은색, 검정색, 블랙색, jet black",
    "white": "wht, off white, 흰색, 하얀색, 하양, 오프화이트, 화이트색",
    "grey": "gray, grey melange, steel, melange, 회색, 그레이색, 멜란지",
    "charcoal": "anthracite, graphite, dark grey, dark gray, charcoal grey, 먹색, 차콜그레이, 차콜색, 진회색, 다크그레이",
    "navy": "navy blue, dark blue, midnight, 남색, 곤색, 네이비색, 다크네이비",
    "blue": "royal blue, cobalt, teal, turquoise blue, indigo, denim, 파랑, 파란색, 청색, 코발트, 인디고",
    "sky-blue": "light blue, sky, baby blue, aqua, turquoise, 하늘색, 소라, 연청",
    "red": "scarlet, crimson, 빨강, 빨간색, 적색",
    "burgundy": "maroon, wine, bordeaux, 와인, 자주, 마룬",
    "pink": "rose, peach, magenta, salmon, coral, fuchsia, hot pink, 분홍, 핑크색, 코랄, 살구, 피치, 마젠타",
    "orange": "rust, tangerine, 주황, 오렌지색, 주황색",
    "yellow": "lemon, 노랑, 노란색, 옐로우, 레몬",
    "mustard": "ochre, 겨자, 머스타드",
    "green": "sea green, lime green, fluorescent green, emerald, forest, 초록, 녹색, 초록색, 그린색",
    "olive": "olive green, army, 올리브그린",
    "khaki": "카키색, 국방색",
    "mint": "aqua green, 민트색",
    "brown": "coffee brown, mushroom brown, chocolate, bronze, copper, tan, camel, taupe, 갈색, 밤색, 초코, 카멜, 브라운색",
    "beige": "cream beige, nude, skin, sand, oatmeal, 베이지색, 샌드, 오트밀, 누드",
    "ivory": "cream, ecru, 아이보리색, 크림, 크림색",
    "purple": "lavender, mauve, violet, lilac, plum, 보라, 보라색, 라벤더, 퍼플색, 바이올렛",
    "gold": "golden, 금색, 골드색",
    "silver": "metallic, 은색, 실버색",
    "multi": "multicolor, multicolour, multi-colour, assorted, rainbow, 멀티컬러, 혼합, 다색",
}
_PATTERN_WORDS = {
    "solid": "plain, none, 솔리드, 민무늬",
    "stripe": "stripes, striped, pinstripe, 줄무늬, 단가라",
    "check": "checked, checks, plaid, tartan, gingham, argyle, 체크무늬, 아가일, 깅엄",
    "dot": "dots, polka dot, polka, 땡땡이, 물방울",
    "floral": "flower, flowers, 꽃무늬, 플라워",
    "graphic": "logo, lettering, 로고, 레터링, 그래픽 프린트",
    "print": "printed, pattern, patterned, paisley, 패턴, 페이즐리",
    "camo": "camouflage, 밀리터리, 카모플라쥬",
    "animal": "leopard, zebra, snake, 레오파드, 호피, 지브라",
}
_MATERIAL_WORDS = {
    "denim": "jean, 청",
    "leather": "lambskin, cowhide, faux leather, 레더, 인조가죽, 양가죽, 소가죽",
    "knit": "knitted, cashmere knit, 편물",
    "padded": "down, goose down, duck down, 다운, 구스다운, 덕다운, 충전재",
    "cotton": "linen, canvas, cotton blend, organic cotton, 코튼, 린넨, 마, 순면, 캔버스",
    "wool": "cashmere, merino, alpaca, tweed, 모, 울혼방, 캐시미어, 알파카, 트위드, 모직",
    "suede": "nubuck, 세무, 누벅",
    "fleece": "boa, sherpa, 뽀글이, 보아, 후리스",
    "silk": "satin, silk, chiffon, 실크, 새틴, 시폰, 쉬폰",
    "synthetic": "polyester, nylon, acrylic, spandex, polyurethane, 폴리, 폴리에스터, 나일론, 합성, 아크릴",
}
_USAGE_WORDS = {
    "casual": "smart casual, travel, home, party, daily, 데일리, 여행",
    "sports": "sport, active, running, golf, 운동, 러닝, 골프",
    "formal": "business, office, wedding, 정장, 오피스, 비즈니스",
    "ethnic": "traditional, hanbok, 한복, 전통의상",
}
_OCCASION_WORDS = {
    "everyday": "daily, casual, 데일리, 캠퍼스",
    "work": "office, business, 오피스, 직장",
    "date": "party, 데이트룩, 파티",
    "ceremony": "wedding, formal, 결혼식, 하객",
    "sport": "sports, gym, 스포츠, 헬스",
    "travel": "vacation, trip, 휴가, 바캉스",
    "home": "lounge, 집콕, 홈웨어",
}
# Groups of a feed that say where on the body a kind of theirs goes, should it be none of ours.
_SLOT_WORDS: dict[Slot, str] = {
    Slot.TOP: "topwear, tops, shirts & tops, upper, 상의",
    Slot.OUTER: "outerwear, outer, coats & jackets, 아우터, 겉옷",
    Slot.DRESS: "dress, dresses, apparel set, 원피스",
    Slot.BOTTOM: "bottomwear, bottoms, pants, lower, 하의",
    Slot.SHOES: "shoes, footwear, sandal, flip flops, 신발",
    Slot.BAG: "bags, bag, handbags, luggage, 가방",
    Slot.HAT: "headwear, hats, 모자",
    Slot.ACCESSORY: "accessories, accessory, clothing accessories, 액세서리, 악세서리, 패션소품, 소품",
    Slot.OTHER: "other, others, apparel, clothing, innerwear, 기타, 의류",
}
AUDIENCE = re.compile(
    r"^(men|women|unisex|boys?|girls?|kids?|mens|womens|men's|women's|infants?|junior|teens?|ladies|gents|baby|"
    r"남성|여성|남녀공용|공용|키즈|남자|여자)$",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Lower case, hyphens and doubled spaces as one space: what two spellings of a word share."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _table(terms: tuple[taxonomy.Term, ...], words: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in terms:
        for word in (term.slug, term.en, term.ko, *words.get(term.slug, "").split(",")):
            if key := plain(word):
                found.setdefault(key, []).append(term.slug)
    return found


_STYLES = _table(taxonomy.STYLES, _STYLE_WORDS)
_BODY_SHAPES = _table(taxonomy.BODY_SHAPES, {})
_GENDERS = _table(taxonomy.GENDERS, _GENDER_WORDS)
_SEASONS = _table(taxonomy.SEASONS, _SEASON_WORDS)
_PATTERNS = _table(taxonomy.PATTERNS, _PATTERN_WORDS)
_MATERIALS = _table(taxonomy.MATERIALS, _MATERIAL_WORDS)
_USAGES = _table(taxonomy.USAGES, _USAGE_WORDS)
_OCCASIONS = _table(taxonomy.OCCASIONS, _OCCASION_WORDS)
_COLOURS = _table(tuple(taxonomy.Term(c.slug, c.en, c.ko) for c in taxonomy.COLOURS), COLOUR_WORDS)
_KINDS: dict[str, str] = {}
for _kind in taxonomy.KINDS:
    for _word in (_kind.slug, _kind.en, _kind.ko, *KIND_WORDS.get(_kind.slug, "").split(",")):
        _KINDS.setdefault(plain(_word), _kind.slug)
_SLOTS = {plain(word): slot.value for slot, words in _SLOT_WORDS.items() for word in words.split(",")}
_SPLIT = re.compile(r"\s*[|,;/>·]\s*")


def words_of(text: str) -> list[str]:
    """The members of a list written in one cell: separated by | , ; / > or ·."""
    return [word for word in _SPLIT.split(text.strip()) if word]


def singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=20_000)
def kind_slug(text: str) -> str | None:
    """Our kind for a feed's word: the whole cell, then its parts from the last (`Apparel > Tops > Tees`), then its
    last words (`Slim fit oxford shirts`)."""
    for candidate in (text, *reversed(words_of(text))):
        key = plain(candidate)
        for form in (key, singular(key), key.replace(" ", "")):
            if form in _KINDS:
                return _KINDS[form]
    words = plain(text).split()
    for start in range(1, len(words)):
        tail = " ".join(words[start:])
        for form in (tail, singular(tail)):
            if form in _KINDS:
                return _KINDS[form]
    return None


@lru_cache(maxsize=20_000)
def slot_of(text: str) -> str | None:
    """Where a feed's group of kinds goes, told from its words."""
    return next((_SLOTS[plain(part)] for part in (text, *reversed(words_of(text))) if plain(part) in _SLOTS), None)


def _one(table: dict[str, list[str]], text: str) -> str | None:
    for candidate in (text, *words_of(text)):
        if slugs := table.get(plain(candidate)):
            return slugs[0]
    return None


@lru_cache(maxsize=20_000)
def gender_slug(text: str) -> str | None:
    return _one(_GENDERS, text)


@lru_cache(maxsize=20_000)
def style_slug(text: str) -> str | None:
    return _one(_STYLES, text)


@lru_cache(maxsize=100)
def body_shape_slug(text: str) -> str | None:
    return _one(_BODY_SHAPES, text)


@lru_cache(maxsize=20_000)
def pattern_slug(text: str) -> str | None:
    return _one(_PATTERNS, text)


@lru_cache(maxsize=20_000)
def material_slug(text: str) -> str | None:
    """`면 60%, 폴리 40%` is cotton: the first part known."""
    return _one(_MATERIALS, re.sub(r"[\d.]+\s*%", " ", text))


@lru_cache(maxsize=20_000)
def usage_slug(text: str) -> str | None:
    return _one(_USAGES, text)


@lru_cache(maxsize=20_000)
def season_slugs(text: str) -> tuple[str, ...] | None:
    """All seasons a cell names; () for `none`; None where a word is not known."""
    if plain(text) in {"none", "nan", "null", "-"}:
        return ()
    if plain(text) in _ALL_SEASONS:
        return tuple(term.slug for term in taxonomy.SEASONS)
    found: set[str] = set(_SEASONS.get(plain(text), ()))
    if not found:
        for word in words_of(text):
            slugs = _SEASONS.get(plain(word))
            if slugs is None:
                return None
            found.update(slugs)
    return tuple(term.slug for term in taxonomy.SEASONS if term.slug in found)


@lru_cache(maxsize=20_000)
def occasion_slugs(text: str) -> tuple[str, ...] | None:
    found: list[str] = []
    for word in words_of(text):
        slugs = _OCCASIONS.get(plain(word))
        if slugs is None:
            return None
        found += [slug for slug in slugs if slug not in found]
    return tuple(found)


@lru_cache(maxsize=20_000)
def colour_slugs(text: str) -> tuple[str, ...]:
    """Colours a cell names, each once. A compound (`Light Navy`) is its last word's; unknown words are no colour."""
    found: list[str] = []
    for word in (text, *words_of(text)):
        key = plain(word)
        slugs = _COLOURS.get(key) or _COLOURS.get(key.split()[-1] if key else "")
        if slugs and slugs[0] not in found:
            found.append(slugs[0])
            if word is text:
                break
    return tuple(found[:6])
