"""Words for occasions, styles and seasons, and which kinds an occasion asks for where a thing names none."""

# ruff: noqa: E501  (a line a meaning reads best)
from __future__ import annotations

OCCASIONS: dict[str, str] = {
    "everyday": "일상, 데일리, 데일리룩, 평소, 매일, 꾸안꾸, 동네, 등교, 학교, 캠퍼스, 캠퍼스룩, 카페, 브런치, 친구, 모임, 쇼핑, "
    "산책, everyday, daily, school, campus, college, brunch, cafe, friends, shopping, a walk",
    "work": "출근, 출근룩, 오피스, 오피스룩, 회사, 직장, 직장인, 사무실, 면접, 면접룩, 미팅, 비즈니스, 인터뷰, 쿨비즈, work, office, job interview, "
    "interview, business, meeting, workwear for the office",
    "date": "데이트, 데이트룩, 소개팅, 소개팅룩, 파티, 파티룩, 기념일, 클럽, date, date night, party, night out, clubbing, anniversary, cocktail",
    "ceremony": "경조사, 결혼식, 하객, 하객룩, 결혼식하객, 격식, 상견례, 돌잔치, 장례식, 졸업식, 졸업, 행사, 연회, wedding, wedding guest, "
    "ceremony, funeral, graduation, black tie, gala, special occasion",
    "sport": "운동, 헬스, 헬스장, 요가, 필라테스, 러닝, 런닝, 조깅, 등산, 골프, 테니스, 축구, 농구, 자전거, 스포츠, 운동복, sport, sports, gym, workout, "
    "yoga, pilates, running, jogging, hiking, golf, tennis, football, training, exercise",
    "travel": "여행, 여행룩, 휴가, 바캉스, 바캉스룩, 공항, 공항룩, 캠핑, 나들이, 피크닉, 소풍, 바다, 해변, 제주, 물놀이, travel, vacation, holiday, trip, "
    "airport, camping, picnic, beach, getaway, outdoor",
    "home": "집, 홈웨어, 집콕, 잠옷, 라운지, 라운지웨어, 원마일웨어, 파자마, 편하게 입을, home, lounge, loungewear, pyjamas, pajamas, "
    "sleepwear, at home",
}
# Narrower occasions whose word matters too: what a look is tagged with, and what the text encoder has seen.
KINDS: dict[str, tuple[str, ...]] = {
    "everyday": ("t-shirt", "jeans", "sneakers", "sweatshirt", "hoodie", "knit", "shirt", "backpack", "cap", "cardigan",
                 "trousers", "long-sleeve", "jacket"),
    "work": ("shirt", "blouse", "trousers", "blazer", "dress-shoes", "flats", "heels", "knit", "coat", "skirt", "tie",
             "cardigan", "handbag", "tote", "dress"),
    "date": ("dress", "blouse", "skirt", "knit", "shirt", "heels", "cardigan", "blazer", "coat", "handbag", "boots",
             "clutch"),
    "ceremony": ("dress", "blazer", "blouse", "shirt", "heels", "dress-shoes", "tie", "clutch", "trousers", "skirt",
                 "coat", "handbag"),
    "sport": ("sneakers", "leggings", "sweatpants", "t-shirt", "shorts", "sleeveless", "jacket", "cap", "socks",
              "hoodie", "sweatshirt", "backpack"),
    "travel": ("sneakers", "t-shirt", "shorts", "backpack", "sandals", "hat", "cap", "eyewear", "jacket", "crossbody",
               "dress", "padded"),
    "home": ("sweatpants", "t-shirt", "sweatshirt", "slippers", "hoodie", "shorts", "leggings", "long-sleeve"),
}  # fmt: skip
# Of an occasion's words, those that mean a beach: other kinds than a mountain does.
NARROW: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("travel", ("swimwear", "sandals", "slippers", "shorts", "hat", "eyewear", "dress"),
     "바다, 바닷가, 해변, 해수욕장, 물놀이, 수영, 바캉스, beach, swimming, pool"),
    ("travel", ("jacket", "padded", "boots", "sneakers", "backpack", "hoodie", "sweatshirt", "beanie"),
     "캠핑, camping, 아웃도어, outdoor"),
    ("sport", ("jacket", "sneakers", "backpack", "boots", "cap", "leggings"), "등산, 트레킹, hiking, trekking"),
    ("sport", ("polo", "cap", "trousers", "skirt", "sneakers", "shorts"), "골프, 골프웨어, golf"),
    ("sport", ("leggings", "sleeveless", "sweatpants"), "요가, 필라테스, yoga, pilates"),
    ("sport", ("sneakers", "shorts", "t-shirt", "sweatpants", "jacket"), "러닝, 런닝, 조깅, 달리기, running, jogging"),
    ("work", ("blazer", "shirt", "blouse", "trousers", "dress-shoes", "tie", "skirt", "heels"),
     "면접, 면접룩, 인터뷰, interview, job interview"),
    ("everyday", KINDS["everyday"], "캠퍼스, 캠퍼스룩, 등교, 학교, 개강룩, campus, school, college"),
    ("ceremony", KINDS["ceremony"], "결혼식, 하객, 하객룩, 결혼식하객, wedding, wedding guest"),
    ("ceremony", KINDS["ceremony"], "졸업식, 졸업, graduation"),
    ("ceremony", ("blazer", "coat", "dress", "trousers", "skirt", "dress-shoes", "shirt", "blouse"),
     "장례식, 조문, 문상, 상갓집, 장례식장, 조의, funeral, condolence"),
    ("date", KINDS["date"], "소개팅, 소개팅룩, blind date"),
    ("home", ("sweatpants", "t-shirt", "shorts", "long-sleeve"), "잠옷, 파자마, pyjamas, pajamas, sleepwear"),
)  # fmt: skip
# Of the kinds that an occasion asks for not every one suits it: styles that do, and cloths of clothes that do not.
SUITING_STYLES: dict[str, tuple[str, ...]] = {
    "everyday": ("casual", "street"),
    "work": ("formal", "dandy", "chic"),
    "date": ("girlish", "chic", "dandy"),
    "ceremony": ("formal", "dandy", "chic", "girlish"),
    "sport": ("sporty",),
    "travel": ("casual", "sporty", "amekaji"),
    "home": ("casual", "sporty"),
}
UNSUITED_MATERIALS: dict[str, tuple[str, ...]] = {
    "work": ("denim", "fleece", "padded"),
    "ceremony": ("denim", "fleece", "padded"),
    "sport": ("denim", "leather", "wool", "silk", "suede"),
    "travel": ("leather", "suede"),
    "home": ("denim", "leather", "wool"),
}
# Narrower words (by the first of each line) for which colours, seasons or cloths of their own hold.
WORN_COLOURS: dict[str, tuple[str, ...]] = {"장례식": ("black", "charcoal")}
WORN_SEASONS: dict[str, tuple[str, ...]] = {"바다": ("summer",)}
UNSUITED_HERE: dict[str, tuple[str, ...]] = {"바다": ("wool", "knit", "denim", "fleece", "padded")}
STYLES: dict[str, str] = {
    "casual": "캐주얼, 캐쥬얼, 편한, 편안한, casual, comfy, comfortable, relaxed look",
    "amekaji": "아메카지, 아메카지룩, 아메리칸캐주얼, 아메리칸 캐주얼, 워크웨어, 빈티지, amekaji, american casual, workwear, vintage, preppy, 프레피",
    "girlish": "걸리시, 걸리쉬, 페미닌, 러블리, 여성스러운, 사랑스러운, 로맨틱, 청순, 공주, girlish, feminine, lovely, romantic, cute, 귀여운",
    "dandy": "댄디, 댄디룩, 클래식, 단정한, 깔끔한, 신사, 올드머니, 올드머니룩, dandy, smart casual, classic, old money, quiet luxury, gentleman",
    "sporty": "스포티, 스포츠룩, 애슬레저, 애슬레저룩, 고프코어, sporty, athleisure, athletic, gorpcore, sportswear",
    "chic": "시크, 시크한, 미니멀, 미니멀룩, 모던, 세련된, 도시적인, chic, minimal, minimalist, modern, sophisticated, elegant, 우아한",
    "street": "스트릿, 스트리트, 스트릿룩, 힙한, 힙합, 힙, 테크웨어, street, streetwear, street style, hip hop, hiphop, urban, grunge",
    "formal": "포멀, 포멀룩, 정장룩, 격식있는, 정중한, formal, dressy, tailored, formalwear",
}
SEASONS: dict[str, str] = {
    "spring": "봄, 봄철, 봄날, 간절기, 환절기, 춘추, spring, springtime",
    "summer": "여름, 여름철, 한여름, 여름용, 섬머, summer, summery",
    "autumn": "가을, 가을철, 간절기, 환절기, 춘추, 어텀, autumn, fall",
    "winter": "겨울, 겨울철, 한겨울, 겨울용, 윈터, winter, wintry, christmas, 크리스마스",
}
