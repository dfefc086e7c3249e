"""The demo's other circles and rooms: names, doors, who looks after them, and what is talked of there."""

from typing import Any

from community.demo_pieces import Exchange, parse
from community.demo_text_days import GARDEN, INCENSE, KITCHEN, KITES, OPERA
from community.demo_text_fire import CELADON, LACQUER, TEA
from community.demo_text_hand import BLOCK, BOOKS, INDIGO, PAPER
from community.demo_text_table import BOX, KEEPERS, NOTICES, TABLE


def _room(
    slug: str, zh: str, en: str, about_zh: str, about_en: str, read: str = "account", **more: Any
) -> dict[str, Any]:
    return {
        "slug": slug,
        "name_zh": zh,
        "name_en": en,
        "about_zh": about_zh,
        "about_en": about_en,
        "read_key": read,
        **more,
    }


# Rooms that join circles which the talk already has.
MORE_ROOMS: dict[str, list[dict[str, Any]]] = {
    "celadon-circle": [
        _room("shards-and-mending", "碎片与修补", "Shards and Mending", "坏了的，从这里开始。", "For what broke: this is where it begins."),
        _room("kiln-calendar", "窑历", "The Kiln Calendar", "只有日子，没有闲话。", "Dates, and nothing else.", "", write_key="account",
              state="read_only"),
    ],
    "paper-and-block": [
        _room("the-vat", "纸槽", "The Vat", "从树皮到一张纸。", "From bark to a sheet."),
        _room("sunday-proofs", "周日试印", "Sunday Proofs", "一周一张，好坏都交。", "One a week, good or bad.", "rooms:companion"),
    ],
    "the-monthly-box": [
        _room("opening-the-box", "拆盒", "Opening the Box", "拆之前，先坐下。", "Before you open it, sit down.", "box:monthly"),
    ],
}  # fmt: skip

GROUPS: list[dict[str, Any]] = [
    {
        "slug": "the-monthly-box", "name_zh": "月令盒", "name_en": "The Monthly Box", "order": 20,
        "about_zh": "收到盒子的人，在这里一起拆。", "about_en": "Where those who have a box open it together.", "rooms": [],
    },
    {
        "slug": "tea-table", "name_zh": "茶席", "name_en": "The Tea Table", "order": 30,
        "about_zh": "水开了再说话。", "about_en": "Let the water boil first.",
        "rules_zh": "不比价钱。\n不劝人戒糖。\n自己的杯子自己洗。", "rules_en": "No prices.\nLeave other people's sugar alone.\nEverybody washes their own cup.",
        "theme_zh": "第四泡", "theme_en": "The fourth steep",
        "rooms": [
            _room("every-cup", "每日一杯", "Every Cup", "今天喝什么。", "What is in yours today.", "", write_key="account"),
            _room("water-and-kettles", "水与壶", "Water and Kettles", "一半是水。", "Half of it is water."),
            _room("after-midnight", "夜茶", "Tea After Midnight", "睡不着的人在这里。", "For those who are still up.", "rooms:companion"),
            _room("spring-picking", "春采", "Spring Picking", "这一季已经收了，留着看。", "The season is over; kept to be read.", state="archived"),
        ],
    },
    {
        "slug": "indigo-yard", "name_zh": "蓝染院", "name_en": "The Indigo Yard", "order": 40,
        "about_zh": "缸要养，布要等。", "about_en": "Feed the vat, wait for the cloth.",
        "rules_zh": "坏了的缸也说。\n别人的纹样先问一声。", "rules_en": "Tell us of the vats that died, too.\nAsk before you borrow a pattern.",
        "theme_zh": "浅蓝", "theme_en": "Pale blue",
        "rooms": [
            _room("the-vats", "缸", "The Vats", "今天活着吗？", "Alive today?"),
            _room("cloth-and-folds", "布与扎", "Cloth and Folds", "拆线之前，什么都不知道。", "Before the knots are undone nobody knows.", "rooms:members"),
            _room("blue-hands", "蓝手", "Blue Hands", "染完了来坐坐。", "Sit down when you have rinsed.", "", write_key="account"),
        ],
    },
    {
        "slug": "lacquer-bench", "name_zh": "漆案", "name_en": "The Lacquer Bench", "order": 50, "entry": "request",
        "about_zh": "漆会咬人，进来先说一声。", "about_en": "Lacquer bites. Say a word before you come in.",
        "rules_zh": "过敏了要说。\n别人的器物不许笑。", "rules_en": "Say so when it bites.\nNobody laughs at somebody else's bowl.",
        "theme_zh": "第三遍", "theme_en": "The third coat",
        "rooms": [
            _room("the-damp-cupboard", "荫房", "The Damp Cupboard", "等。", "Waiting."),
            _room("gold-repair", "金缮", "Gold Repair", "金只是说出来。", "The gold only says so.", "rooms:members"),
            _room("sanding", "打磨", "Sanding", "从四百号到没有号。", "From four hundred to no number at all."),
        ],
    },
    {
        "slug": "incense-hour", "name_zh": "一炷香", "name_en": "One Stick of Incense", "order": 60, "entry": "key", "entry_key": "rooms:companion",
        "about_zh": "一炷香的工夫，说完就散。", "about_en": "As long as one stick burns, then home.",
        "rules_zh": "不谈年份与价。", "rules_en": "Neither ages nor prices.",
        "theme_zh": "冷香", "theme_en": "Cold scents",
        "rooms": [
            _room("the-hour", "这一炷", "This Hour", "慢慢说。", "Slowly.", "rooms:companion"),
            _room("blends", "合香", "Blends", "方子和失手。", "Recipes, and what went wrong.", "rooms:companion"),
        ],
    },
    {
        "slug": "stitched-books", "name_zh": "线装", "name_en": "Stitched Books", "order": 70,
        "about_zh": "四个眼，一根线。", "about_en": "Four holes, one thread.",
        "rules_zh": "不用胶带。\n旧书先拍照再动手。", "rules_en": "No sticky tape.\nPhotograph an old book before you touch it.",
        "theme_zh": "书皮", "theme_en": "Covers",
        "rooms": [
            _room("four-holes", "四眼", "Four Holes", "第一本，第二本。", "The first book, and the second."),
            _room("old-books", "旧书", "Old Books", "修，或者不修。", "To mend, or to leave.", "rooms:members"),
            _room("swap-shelf", "换纸", "The Swap Shelf", "你多的纸，他缺的布。", "Your spare paper, somebody's missing cloth."),
        ],
    },
    {
        "slug": "kite-field", "name_zh": "鸢场", "name_en": "The Kite Field", "order": 80,
        "about_zh": "看风说话。", "about_en": "We go by the wind.",
        "rules_zh": "离电线远一点。\n掉了的要去捡。", "rules_en": "Away from wires.\nWhat comes down is fetched.",
        "theme_zh": "软翅", "theme_en": "Soft wings",
        "rooms": [
            _room("wind-today", "今日有风", "Wind Today", "几级，什么方向。", "How much, and from where.", "", write_key="account"),
            _room("spars-and-skin", "骨与皮", "Spars and Skin", "竹子、纸、绢。", "Bamboo, paper, silk."),
            _room("let-go", "放走的", "Let Go", "线断了以后的事。", "What happened after the line broke."),
        ],
    },
    {
        "slug": "opera-evenings", "name_zh": "夜听戏", "name_en": "Opera Evenings", "order": 90, "entry": "invite",
        "about_zh": "有人带你来，就坐下。", "about_en": "Somebody brings you; then you sit.",
        "rules_zh": "散场前不说结局。", "rules_en": "Nobody tells the end before the end.",
        "theme_zh": "一折", "theme_en": "One scene",
        "rooms": [
            _room("gallery-seats", "后排", "Gallery Seats", "看完了，走之前。", "After the curtain, before the coat."),
            _room("one-scene", "一周一折", "One Scene a Week", "同一折，各听各的。", "The same scene, everybody's own ears."),
        ],
    },
    {
        "slug": "garden-paths", "name_zh": "园子", "name_en": "Garden Paths", "order": 100,
        "about_zh": "窗台也算。", "about_en": "A window sill counts.",
        "rules_zh": "不打药的话，先说说怎么不打。", "rules_en": "Before poison, ask here.",
        "theme_zh": "苔", "theme_en": "Moss",
        "rooms": [
            _room("the-yard", "院子里", "In the Yard", "今天看了一圈。", "Once round, this morning."),
            _room("window-sills", "窗台", "Window Sills", "一盆也是园子。", "One pot is a garden.", "", write_key="account"),
            _room("stones-and-moss", "石与苔", "Stones and Moss", "不急。", "No hurry.", "rooms:members"),
            _room("seedlings", "换苗", "Seedlings", "多的给缺的。", "From those with too many."),
        ],
    },
    {
        "slug": "season-kitchen", "name_zh": "时令厨房", "name_en": "The Season’s Kitchen", "order": 110,
        "about_zh": "节气到了，锅开了。", "about_en": "The term turns, the lid lifts.",
        "rules_zh": "失败的也要报。", "rules_en": "Report the failures as well.",
        "theme_zh": "坛子", "theme_en": "Jars",
        "rooms": [
            _room("tonight", "今晚吃什么", "Tonight", "一个人吃也算。", "Supper for one counts."),
            _room("jars", "坛坛罐罐", "Jars", "酱、醋、霉。", "Sauce, vinegar and mould.", "rooms:members"),
            _room("from-grandmothers", "外婆说", "From Grandmothers", "“看着放”。", "“Enough flour.”"),
        ],
    },
    {
        "slug": "printers-guild", "name_zh": "印坊", "name_en": "The Printing House", "order": 120,
        "about_zh": "版、墨、纸、手。", "about_en": "Block, ink, paper, hand.",
        "rules_zh": "一版多少张，写清楚。", "rules_en": "Say how many of an edition.",
        "theme_zh": "套色", "theme_en": "Two colours",
        "rooms": [
            _room("first-proofs", "初样", "First Proofs", "糊了也交。", "Blots welcome."),
            _room("ink-and-brush", "墨与刷", "Ink and Brush", "少到你觉得不够。", "Less than you think.", "rooms:members"),
            _room("old-types", "旧字", "Old Types", "反着认。", "Read backwards.", "rooms:patron"),
        ],
    },
    {
        "slug": "keepers-table", "name_zh": "守席人的桌", "name_en": "The Keepers’ Table", "order": 200, "entry": "invite", "listed": False,
        "about_zh": "守席的人互相说一声。", "about_en": "Where those who keep the tables tell each other.",
        "rooms": [_room("the-watch", "值夜", "The Watch", "谁醒着。", "Who is awake.", listed=False)],
    },
]  # fmt: skip

# Which pieces are said in which circle, and which room has its own.
OF_GROUP = {
    "celadon-circle": CELADON, "paper-and-block": BLOCK, "the-monthly-box": BOX, "tea-table": TEA, "indigo-yard": INDIGO,
    "lacquer-bench": LACQUER, "incense-hour": INCENSE, "stitched-books": BOOKS, "kite-field": KITES, "opera-evenings": OPERA,
    "garden-paths": GARDEN, "season-kitchen": KITCHEN, "printers-guild": BLOCK, "keepers-table": KEEPERS,
}  # fmt: skip
OF_ROOM = {
    "shards-and-mending": (CELADON, LACQUER), "the-vat": (PAPER,), "swap-shelf": (BOOKS, PAPER), "kiln-calendar": (NOTICES,),
    "looking-for-blocks": (BLOCK, PAPER), "ink-and-brush": (BLOCK, PAPER), "the-watch": (KEEPERS,), "the-parlour": (CELADON, TEA),
}  # fmt: skip
# How lively a room is; the others are 10.
LIVELY = {"every-cup": 26, "the-parlour": 20, "kiln-opening-night": 18, "tonight": 18, "the-yard": 14, "wind-today": 14, "the-vats": 14,
          "kiln-calendar": 1, "the-watch": 2, "patrons-corner": 4, "old-types": 4, "blends": 5, "the-hour": 6, "spring-picking": 5}  # fmt: skip
WITHOUT_TABLE = {"kiln-calendar", "the-watch"}


def pieces(group: str, room: str) -> list[Exchange]:
    """What is said in a room: its own pieces, and those of every table."""
    texts = OF_ROOM.get(room) or (OF_GROUP[group],)
    return [exchange for text in (*texts, *(() if room in WITHOUT_TABLE else (TABLE,))) for exchange in parse(text)]
