"""What the sources' colour names mean in ours: for each, the names any of which is right for such a dye.

A source's name covers all of ours that the source has no word of its own for: the shop of `product_photos` calls light
blue and denim Blue, but knows Navy Blue. The stylists' 110 Spanish names go likewise; the few whose meaning is not to
be told (MISTERIO) are left out.
"""

from collections.abc import Mapping
from typing import Final

Names = frozenset[str]


def _table(lines: str) -> Mapping[str, Names]:
    """ "SOURCE NAME: ours, ours" a line."""
    pairs = (line.split(":") for line in lines.strip().splitlines())
    return {source.strip(): frozenset(ours.replace(",", " ").split()) for source, ours in pairs}


PRODUCT_COLOURS: Final = _table("""
    Black: black
    Blue: blue, sky-blue
    White: white
    Brown: brown
    Grey: grey, charcoal
    Red: red
    Green: green, mint
    Navy Blue: navy
    Purple: purple
    Pink: pink
    Yellow: yellow
    Beige: beige
    Maroon: burgundy
    Orange: orange
    Olive: olive
    Cream: ivory
    Gold: gold
    Silver: silver
    Off White: ivory
    Charcoal: charcoal
    Khaki: khaki
    Peach: pink
    Steel: silver
    Tan: brown
    Magenta: pink
    Lavender: purple
    Teal: green, blue
    Mustard: mustard
    Bronze: brown
    Grey Melange: grey
    Rust: brown, orange
    Turquoise Blue: sky-blue, blue
    Copper: brown
    Metallic: silver
    Burgundy: burgundy
    Coffee Brown: brown
    Sea Green: green, mint
    Mauve: purple
    Taupe: beige, khaki
    Mushroom Brown: brown
    Nude: beige
    Skin: beige
    Fluorescent Green: green, yellow
    Lime Green: green, yellow
""")

STYLIST_COLOURS: Final = _table("""
    NEGRO: black
    PLATA: silver
    GRIS: grey, charcoal
    TEJANO NEGRO: black, charcoal
    GRIS MEDIO VIGORE: grey
    GRIS CLARO VIGORE: grey
    ANTRACITA: charcoal
    PERLA: grey, silver
    GRIS OSCURO VIGORE: charcoal, grey
    TEJANO GRIS OSCURO: charcoal
    TEJANO GRIS: grey, charcoal
    GUNMETAL: charcoal, silver
    TEJANO GRIS CLARO: grey
    CENIZA: grey
    VISON: beige, khaki, brown
    CRUDO: ivory
    OFFWHITE: ivory, white
    ORO: gold
    BLANCO: white
    BEIGE: beige
    CAMEL: brown, beige
    ARENA: beige
    PIEDRA: beige, khaki, grey
    MARFIL: ivory
    HIELO: white, grey, sky-blue
    AZUL: blue, sky-blue
    NAVY: navy
    TEJANO MEDIO: blue, sky-blue
    CELESTE: sky-blue
    TEJANO OSCURO: navy, blue
    TEJANO CLARO: sky-blue, blue
    TURQUESA: sky-blue, blue, mint, green
    MARINO: navy
    AZUL NOCHE: navy
    DIRTY: blue, sky-blue
    BLEACH: sky-blue, blue
    PETROLEO: green, blue
    BLUEBLACK: navy, black
    TEJANO SOFT: blue, sky-blue
    ELECTRICO: blue
    TINTA: navy, blue
    DIRTY OSCURO: navy, blue
    INDIGO: navy, blue
    PORCELANA: sky-blue, blue
    DIRTY CLARO: blue, sky-blue
    PRUSIA: navy, blue
    NARANJA: orange
    TERRACOTA: brown, orange
    PEACH: pink, orange
    NARANJA PASTEL: orange, pink
    MANDARINA: orange
    SALMON: pink, orange
    PIMENTON: orange, red
    ROSA: pink
    FUCSIA: pink
    ROSA PASTEL: pink
    NUDE: beige, pink
    CORAL: pink, orange, red
    ROSA PALO: pink
    ROSA LIGHT: pink
    CHICLE: pink
    ROSA FLUOR: pink
    VERDE: green, mint, olive
    BOTELLA: green
    VERDE PASTEL: mint, green
    AGUA: mint, sky-blue
    MENTA: mint
    ESMERALDA: green
    BILLAR: green
    MANZANA: green
    MUSGO: olive, green
    ROJO: red
    GRANATE: burgundy
    CALDERO: burgundy, brown
    BURDEOS: burgundy
    VINO: burgundy
    FRESA: red, pink
    CEREZA: red, burgundy
    BERMELLON: red
    BLOOD: red, burgundy
    MORADO: purple
    MALVA: purple, pink
    LILA: purple
    VIOLETA: purple
    MOSTAZA: mustard
    AMARILLO: yellow
    AMARILLO PASTEL: yellow
    CARAMELO: brown
    LIMA: yellow, green
    OCRE: mustard
    VAINILLA: ivory, yellow
    AMARILLO FLUOR: yellow
    CANELA: brown, orange
    CURRY: mustard
    MARRON: brown
    KHAKI: khaki, olive
    CHOCOLATE: brown
    CUERO: brown
    TOPO: brown, khaki, grey
    TABACO: brown
    OLIVA: olive
    COBRE: brown, gold
    COGNAC: brown
    TAUPE: beige, khaki
    COFFEE: brown
    CAZA: olive, khaki, green
""")
