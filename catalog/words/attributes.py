"""Words for patterns, materials, cuts, weather and whom a thing is for."""

# ruff: noqa: E501  (a line a meaning reads best)
from __future__ import annotations

PATTERNS: dict[str, str] = {
    "solid": "무지, 민무늬, 단색, 솔리드, plain, solid colour, solid color",
    "stripe": "스트라이프, 줄무늬, 단가라, 줄무니, 스트라잎, 세로줄, striped, stripes, stripey, pinstripe, breton",
    "check": "체크, 체크무늬, 첵크, 체크무니, 격자, 타탄, 깅엄, 아가일, checked, checks, plaid, tartan, gingham, checkered",
    "dot": "도트, 땡땡이, 물방울, 물방울무늬, 땡땡이무늬, dots, dotted, polka dot, polka dots, spotted",
    "floral": "플로럴, 꽃무늬, 꽃무니, 꽃, 플라워, flower, flowers, floral print, flowery",
    "graphic": "그래픽, 로고, 레터링, 그림, logo, lettering, slogan, graphic print",
    "print": "프린트, 프린팅, 프린팅된, 무늬, 패턴, 페이즐리, 나염, printed, prints, patterned, paisley",
    "camo": "카모, 밀리터리 무늬, 카모플라쥬, 카무플라주, 카모플라주, 얼룩무늬, camouflage",
    "animal": "애니멀, 호피, 호피무늬, 레오파드, 지브라, 뱀피, 얼룩말, leopard, zebra, snake print, animal print",
}
MATERIALS: dict[str, str] = {
    "denim": "데님, 청, 진소재",
    "leather": "가죽, 레더, 래더, 인조가죽, 소가죽, 양가죽, faux leather, pu leather",
    "knit": "니트, 뜨개, 편물, 꽈배기, 케이블, knitted, cable knit, crochet, ribbed, 골지",
    "padded": "패딩, 누빔, 퀼팅, 솜, 구스다운, 덕다운, quilted, goose down, down filled",
    "cotton": "면, 코튼, 순면, 오가닉코튼, cotton",
    "wool": "울, 양모, 모직, 캐시미어, 알파카, 앙고라, 트위드, 울소재, woolen, woollen, cashmere, merino, tweed, alpaca",
    "suede": "스웨이드, 스웨드, 세무, 누벅, nubuck",
    "fleece": "플리스, 후리스, 뽀글이, 기모, 보아, 양털, 털, 퍼, boa, sherpa, teddy, fur, faux fur, fuzzy",
    "silk": "실크, 새틴, 쉬폰, 시폰, 비단, 벨벳, satin, chiffon, silky, velvet",
    "synthetic": "합성섬유, 나일론, 폴리에스터, 폴리, 아크릴, polyester, nylon, spandex, acrylic",
}
# A cloth that is none of the taxonomy's, with the one it counts as: that filters, the word ranks.
NARROW_MATERIALS: tuple[tuple[str, str], ...] = (
    ("cotton", "linen, 린넨, 리넨, 마소재"),
    ("cotton", "corduroy, 코듀로이, 골덴"),
    ("cotton", "canvas, 캔버스천"),
    ("silk", "lace, 레이스"),
    ("silk", "mesh, 메쉬, 매쉬, 시스루, sheer, see through"),
)
# Cuts stand in no column: they are looked for in names and tags.
FITS: dict[str, str] = {
    "wide": "와이드, 와이드핏, 통넓은, 통 넓은, 통 큰, 통큰, 배기, wide, wide leg, baggy, wide fit",
    "slim": "슬림, 슬림핏, 스키니, 스키니핏, 타이트, slim, slim fit, skinny, fitted, bodycon, tight",
    "oversize": "오버핏, 오버사이즈, 루즈핏, 박시, 박시핏, 루즈, 헐렁한, 벌룬핏, oversized, oversize, loose, boxy, relaxed",
    "crop": "크롭, 크롭핏, 짧은 기장, cropped, crop",
    "long": "롱, 긴, 긴 기장, 맥시, maxi, longline",
    "mini": "미니, 짧은",
    "pleated": "플리츠, 주름, 핀턱, 셔링, pleated, pleats",
    "bootcut": "부츠컷, 나팔, 나팔바지, 플레어, bootcut, flared, flare, bell bottom",
    "straight": "일자, 일자핏, 스트레이트, straight, straight leg, regular fit, 레귤러핏",
    "high-waist": "하이웨이스트, 하이웨스트, high waist, high waisted, high rise",
    "hooded": "후드 달린, with hood",
    "ripped": "찢어진, 찢청, 워싱, 데미지, ripped, distressed, washed",
    "v-neck": "브이넥, v넥, v neck, vneck",
    "round-neck": "라운드넥, 라운드 넥, 크루넥, round neck, crew neck",
    "collar": "카라, 카라넥, 깃, collared",
    "zip": "집업, 지퍼, zip up, zipped, zip",
    "short-sleeve": "반팔, 반소매, short sleeve, short sleeved, half sleeve",
    "long-sleeve": "긴팔, 긴소매, long sleeve, long sleeved, full sleeve",
    "sleeveless": "민소매, 나시, 소매없는, sleeveless",
}
GENDERS: dict[str, str] = {
    "women": "여성, 여자, 여성용, 여자용, 여성복, 우먼, 걸즈, 여친, 여친룩, women, woman, womens, female, ladies, lady, girl, girls, for her",
    "men": "남성, 남자, 남성용, 남자용, 남성복, 남친, 남친룩, men, man, mens, male, gents, boys, for him, 맨즈",
    "unisex": "남녀공용, 공용, 유니섹스, 커플, unisex",
}
WEATHER: dict[str, str] = {
    "warm": "따뜻한, 따뜻, 따듯한, 포근한, 포근, 두꺼운, 도톰한, 방한, 보온, 한파, 추울, 추운, 추위, warm, cosy, cozy, thick, cold weather, "
    "cold day, cold days, freezing, chilly, insulated",
    "cool": "시원한, 시원, 얇은, 가벼운, 더울, 더운, 더위, 통풍, 냉감, lightweight, breathable, thin, hot weather, hot day, hot days, airy",
    "snow": "눈오는, 눈오는날, 눈올때, 눈길, 폭설, 함박눈, 첫눈, snow, snowy, snow day, snowy day, blizzard, icy",
    "rain": "비, 비오는, 비오는날, 비올, 비올때, 장마, 장마철, 방수, rain, rainy, rainy day, waterproof, water resistant",
}
# What such weather asks for: kinds where no kind is named, materials where one is.
WEATHER_KINDS: dict[str, tuple[str, ...]] = {
    "warm": ("padded", "coat", "knit", "cardigan", "hoodie", "sweatshirt", "scarf", "beanie", "gloves"),
    "cool": ("t-shirt", "polo", "sleeveless", "shorts", "sandals", "dress", "skirt"),
    "snow": ("padded", "boots", "coat", "beanie", "gloves", "scarf"),
    "rain": ("jacket", "boots", "padded"),
}
WEATHER_MATERIALS: dict[str, tuple[str, ...]] = {
    "warm": ("wool", "knit", "padded", "fleece"),
    "cool": ("cotton", "silk"),
    "snow": ("padded", "fleece", "wool"),
    "rain": ("synthetic", "padded"),
}
WEATHER_SEASONS: dict[str, tuple[str, ...]] = {
    "warm": ("winter",),
    "cool": ("summer",),
    "snow": ("winter",),
    "rain": (),
}
