# Tables, a row a line.
# fmt: off
# ruff: noqa: E501
"""Eighty looks as recipes: what is worn together, when, by whom and for what. `looks` fills them with products."""

from __future__ import annotations

from typing import NamedTuple


class Recipe(NamedTuple):
    """pieces: silhouettes separated by "/" are alternatives. seasons: initials of spring, summer, autumn, winter."""

    en: str
    ko: str
    gender: str
    seasons: str
    occasion: str
    ground: str
    pieces: str


RECIPES: dict[str, tuple[Recipe, ...]] = {
    "casual": (
        Recipe("Sunday bakery run", "일요일의 빵집 산책", "women", "sp", "everyday", "linen", "t-shirt/v-neck-tee jeans/wide-jeans canvas-shoes/sneakers tote"),
        Recipe("Stripes by the river", "강변의 스트라이프", "unisex", "sp su", "travel", "mist", "t-shirt/long-sleeve chinos canvas-shoes cap backpack"),
        Recipe("Library afternoon", "도서관의 오후", "women", "au", "everyday", "paper", "cardigan t-shirt/long-sleeve midi-skirt/jeans flats/loafers tote"),
        Recipe("First cool evening", "첫 선선한 저녁", "men", "au", "everyday", "sand", "sweatshirt chinos/jeans sneakers cap"),
        Recipe("Market morning", "시장 가는 아침", "women", "su", "everyday", "sage", "tank shorts sandals bucket-hat tote"),
        Recipe("Slow train south", "남쪽으로 가는 완행열차", "unisex", "sp au", "travel", "plaster", "knit wide-jeans/jeans sneakers backpack"),
        Recipe("Coffee and a book", "커피와 책 한 권", "men", "sp au", "everyday", "oak", "cardigan t-shirt chinos loafers/sneakers glasses"),
        Recipe("Picnic blanket", "피크닉 매트 위에서", "women", "sp su", "date", "blush", "shirt-dress/jumpsuit canvas-shoes/sneakers tote/crossbody bucket-hat sunglasses"),
        Recipe("Snow day errands", "눈 오는 날의 심부름", "unisex", "wi", "everyday", "mist", "padded/long-padded knit/sweatshirt jeans lace-boots/chelsea-boots beanie scarf"),
        Recipe("Polo and sunshine", "폴로셔츠와 햇살", "men", "su", "everyday", "paper", "polo shorts sneakers/canvas-shoes socks cap"),
    ),
    "amekaji": (
        Recipe("Workshop hours", "작업실의 시간", "men", "au", "work", "oak", "denim-jacket shirt chinos lace-boots belt"),
        Recipe("Winter americano only", "얼죽코와 아메리카노", "men", "wi", "everyday", "sand", "duffle cable-knit jeans lace-boots beanie"),
        Recipe("Railway checks", "철길의 체크", "men", "sp au", "travel", "oak", "shirt jeans lace-boots/chelsea-boots backpack belt"),
        Recipe("Indigo on indigo", "인디고 위에 인디고", "unisex", "sp", "everyday", "sand", "denim-jacket t-shirt wide-jeans/jeans canvas-shoes bucket-hat"),
        Recipe("Camp breakfast", "캠핑장의 아침", "men", "au", "travel", "sage", "fleece-jacket shirt cargo lace-boots beanie"),
        Recipe("Suede at dusk", "해 질 녘의 스웨이드", "men", "au", "date", "linen", "jacket t-shirt jeans chelsea-boots belt"),
        Recipe("Garage radio", "차고의 라디오", "women", "sp", "everyday", "oak", "denim-jacket t-shirt jeans/wide-jeans lace-boots/sneakers crossbody"),
        Recipe("Orchard ladder", "과수원 사다리", "women", "au", "travel", "sage", "cable-knit/knit wide-jeans lace-boots/chelsea-boots backpack beanie"),
        Recipe("Old map, new boots", "낡은 지도와 새 부츠", "men", "wi", "travel", "sand", "jacket cable-knit cargo/chinos lace-boots scarf"),
        Recipe("Ferry deck", "연락선 갑판", "unisex", "sp su", "travel", "mist", "shirt chinos canvas-shoes backpack sunglasses"),
    ),
    "girlish": (
        Recipe("Petals in the post", "우편함 속 꽃잎", "women", "sp", "date", "blush", "flare-dress flats handbag necklace"),
        Recipe("Ribbon lesson", "리본 묶는 법", "women", "sp au", "everyday", "paper", "blouse pleated-skirt flats handbag"),
        Recipe("Strawberry season", "딸기의 계절", "women", "sp", "date", "linen", "cardigan flare-dress flats handbag"),
        Recipe("Moonlit garden", "달빛 정원", "women", "su", "ceremony", "blush", "wrap-dress strap-sandals/heels clutch/handbag necklace"),
        Recipe("First snow letter", "첫눈에게 쓰는 편지", "women", "wi", "date", "mist", "coat knit-dress chelsea-boots handbag scarf"),
        Recipe("Piano recital", "피아노 연주회", "women", "au", "ceremony", "plaster", "blouse midi-skirt heels/flats clutch necklace"),
        Recipe("Peach soda", "복숭아 소다", "women", "su", "date", "blush", "crop-tee mini-skirt strap-sandals/sneakers handbag bucket-hat"),
        Recipe("Knit and pleats", "니트와 플리츠", "women", "au", "everyday", "sage", "cardigan/knit pleated-skirt loafers/flats shoulder-bag"),
        Recipe("Tea at three", "오후 세 시의 홍차", "women", "sp", "everyday", "linen", "cardigan camisole midi-skirt flats handbag"),
        Recipe("Birthday walk", "생일날 산책", "women", "su", "date", "paper", "flare-dress strap-sandals handbag sunglasses"),
    ),
    "dandy": (
        Recipe("Gallery opening", "전시 첫날", "men", "au", "date", "plaster", "blazer turtleneck slacks loafers watch"),
        Recipe("Second date", "두 번째 데이트", "men", "sp", "date", "oak", "blazer shirt chinos/slacks loafers watch"),
        Recipe("Camel and navy", "카멜과 네이비", "men", "wi", "work", "linen", "coat knit/cable-knit slacks chelsea-boots/derbies scarf"),
        Recipe("Record shop suit", "레코드숍의 수트", "men", "sp au", "everyday", "sand", "blazer t-shirt slacks sneakers/loafers glasses"),
        Recipe("Vest weather", "베스트 입기 좋은 날", "men", "au", "work", "oak", "knit-vest shirt slacks loafers watch"),
        Recipe("Cousin's wedding", "사촌의 결혼식", "men", "sp", "ceremony", "plaster", "waistcoat shirt slim-slacks derbies tie"),
        Recipe("Grey morning, good shoes", "흐린 아침, 좋은 구두", "men", "au wi", "work", "mist", "coat turtleneck slim-slacks/slacks derbies belt"),
        Recipe("Borrowed from him", "그에게서 빌린 재킷", "women", "au", "work", "linen", "blazer shirt wide-slacks loafers shoulder-bag"),
        Recipe("Terrace at seven", "일곱 시의 테라스", "men", "su", "date", "paper", "shirt slacks/chinos loafers watch sunglasses"),
        Recipe("Campus lecture", "캠퍼스 특강", "men", "sp au", "everyday", "sage", "cardigan shirt chinos derbies/loafers glasses"),
    ),
    "sporty": (
        Recipe("Six in the morning", "새벽 여섯 시의 트랙", "women", "sp au", "sport", "mist", "windbreaker bodysuit/tank leggings runners"),
        Recipe("Han river loop", "한강 한 바퀴", "men", "sp su", "sport", "paper", "t-shirt shorts runners cap socks"),
        Recipe("Court side", "코트 옆 벤치", "women", "su", "sport", "sage", "tank shorts runners/sneakers cap socks"),
        Recipe("Rain or shine", "비가 와도 달린다", "unisex", "sp au", "sport", "mist", "windbreaker t-shirt sweatpants runners cap"),
        Recipe("Trailhead", "등산로 입구", "unisex", "au", "travel", "sand", "fleece-jacket t-shirt cargo/sweatpants runners/lace-boots backpack"),
        Recipe("Recovery day", "쉬어 가는 날", "women", "wi", "home", "linen", "hoodie/sweatshirt leggings runners/sneakers beanie socks"),
        Recipe("Night practice", "밤 연습", "men", "wi", "sport", "plaster", "puffer-vest hoodie sweatpants runners beanie"),
        Recipe("Pool lane two", "수영장 2번 레인", "women", "su", "sport", "mist", "swimsuit slippers/sandals tote sunglasses"),
        Recipe("Stretch and go", "스트레칭 그리고 출발", "women", "sp", "sport", "paper", "bodysuit/tank leggings runners backpack cap"),
        Recipe("Sunday league", "일요일 리그", "men", "au", "sport", "sage", "windbreaker t-shirt shorts/sweatpants runners backpack"),
    ),
    "chic": (
        Recipe("Black on bone", "뼈빛 위의 검정", "women", "sp au", "work", "plaster", "turtleneck wide-slacks heels shoulder-bag/handbag"),
        Recipe("After the opera", "오페라가 끝난 뒤", "women", "wi", "ceremony", "plaster", "coat slip-dress heels clutch necklace"),
        Recipe("Leather and satin", "가죽과 새틴", "women", "au", "date", "paper", "rider slip-dress chelsea-boots/heels shoulder-bag"),
        Recipe("Shape of a coat", "코트의 형태", "women", "wi", "work", "mist", "coat turtleneck pencil-skirt chelsea-boots handbag"),
        Recipe("Quiet museum", "고요한 미술관", "women", "sp", "everyday", "linen", "double-blazer/blazer camisole wide-slacks loafers/heels sunglasses"),
        Recipe("One red thing", "붉은 것 하나", "women", "au", "date", "plaster", "knit-dress heels handbag sunglasses"),
        Recipe("City at noon", "정오의 도시", "women", "su", "work", "paper", "camisole wide-slacks strap-sandals/heels clutch sunglasses"),
        Recipe("Night train", "밤기차", "men", "wi", "travel", "mist", "rider/jacket turtleneck slim-slacks chelsea-boots"),
        Recipe("Midi in motion", "미디스커트의 움직임", "women", "au", "work", "sand", "rib-knit/turtleneck midi-skirt chelsea-boots shoulder-bag"),
        Recipe("Trench, undone", "풀어 둔 트렌치", "women", "sp au", "everyday", "plaster", "trench turtleneck/rib-knit wide-slacks/jeans loafers shoulder-bag"),
    ),
    "street": (
        Recipe("Alley after rain", "비 갠 골목", "unisex", "sp au", "everyday", "mist", "hoodie cargo canvas-shoes cap crossbody"),
        Recipe("Skate and noodles", "스케이트와 국수", "men", "su", "everyday", "plaster", "boxy-tee cargo/wide-jeans canvas-shoes beanie/cap"),
        Recipe("Oversized Monday", "오버핏 월요일", "unisex", "sp", "everyday", "paper", "bomber boxy-tee wide-jeans sneakers/canvas-shoes crossbody"),
        Recipe("Puffer season", "패딩의 계절", "men", "wi", "everyday", "mist", "padded hoodie wide-jeans/cargo sneakers beanie"),
        Recipe("Purple hour", "보랏빛 시간", "women", "au", "date", "plaster", "crop-tee/boxy-tee cargo sneakers/canvas-shoes crossbody cap"),
        Recipe("Basement show", "지하 공연장", "unisex", "au wi", "date", "oak", "rider boxy-tee jeans/skinny-jeans chelsea-boots/lace-boots"),
        Recipe("Last bus home", "막차", "men", "wi", "everyday", "sand", "long-padded/padded sweatshirt/hoodie sweatpants sneakers beanie"),
        Recipe("Camo and calm", "카모와 여백", "unisex", "sp au", "travel", "sage", "hoodie/sweatshirt cargo lace-boots/sneakers backpack bucket-hat"),
        Recipe("Rooftop cards", "옥상의 카드놀이", "women", "su", "everyday", "linen", "boxy-tee mini-skirt/shorts canvas-shoes crossbody bucket-hat"),
        Recipe("Print before dawn", "새벽에 찍은 티셔츠", "men", "su", "everyday", "paper", "short-shirt wide-jeans/shorts canvas-shoes cap"),
    ),
    "formal": (
        Recipe("Board meeting", "이사회", "men", "au wi", "work", "plaster", "blazer shirt slacks derbies tie watch"),
        Recipe("First day", "첫 출근", "women", "sp", "work", "linen", "blazer blouse/shirt slacks/wide-slacks heels tote"),
        Recipe("Navy vows", "네이비의 서약", "men", "sp au", "ceremony", "paper", "double-blazer/blazer shirt slim-slacks derbies/loafers tie"),
        Recipe("Porcelain whites", "백자의 흰빛", "women", "su", "work", "mist", "shirt pencil-skirt/wide-slacks heels tote/handbag watch"),
        Recipe("Condolence, quietly", "조용한 조문", "women", "au wi", "ceremony", "plaster", "coat knit-dress heels handbag"),
        Recipe("Graduation row", "졸업식 앞줄", "women", "wi", "ceremony", "linen", "coat blouse pencil-skirt heels/loafers handbag silk-scarf"),
        Recipe("Overnight to Busan", "부산 출장", "men", "sp", "travel", "oak", "coat/blazer shirt slacks loafers belt watch"),
        Recipe("Interview", "면접", "men", "sp su", "work", "mist", "blazer shirt slim-slacks derbies belt"),
        Recipe("Evening reception", "저녁 리셉션", "women", "au", "ceremony", "blush", "double-blazer slip-dress heels clutch necklace"),
        Recipe("Trench at the ministry", "청사의 트렌치", "women", "sp au", "work", "sand", "trench shirt/blouse slacks/wide-slacks loafers tote silk-scarf"),
    ),
}
