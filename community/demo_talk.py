"""The words of the demo's rooms."""

import uuid
from typing import Any, NamedTuple

# The demo's stories have keys that never change: the same as in the editorial demo.
STORY = {
    slug: f"story:{uuid.uuid5(uuid.NAMESPACE_URL, f'https://yaji.example/stories/{slug}')}"
    for slug in ("celadon-after-rain", "cobalt-line", "pear-wood-river")
}

# key, e-mail, name, language. Those whose address is a demo sign-in exist already when this is seeded.
CAST = [
    ("zhou", "zhou.qilang@example.com", "周其朗", "zh-hans"),
    ("shen", "shen.yanqiu@example.com", "沈砚秋", "zh-hans"),
    ("liu", "moderator@example.com", "柳如梳", "zh-hans"),
    ("wen", "wen.di@example.com", "闻笛", "zh-hans"),
    ("tao", "tao.zhibai@example.com", "陶知白", "zh-hans"),
    ("he", "he.ting@example.com", "何汀", "zh-hans"),
    ("ning", "member@example.com", "宁远 Ning Yuan", "zh-hans"),
    ("bai", "reader@example.com", "Bai Lu 白露", "en"),
    ("ines", "ines.marlow@example.com", "Ines Marlow", "en"),
    ("tom", "tom.ashby@example.com", "Tom Ashby", "en"),
]

GROUPS: list[dict[str, Any]] = [
    {
        "slug": "celadon-circle", "name_zh": "青瓷小组", "name_en": "Celadon Circle",
        "about_zh": "谈釉、谈火、谈坏掉的那些。", "about_en": "Of glaze, of fire, and of the ones that went wrong.",
        "rules_zh": "先听十分钟，再说话。\n坏的也给人看。\n只谈器物，不评手。\n不卖东西。",
        "rules_en": "Listen for ten minutes before you speak.\nShow the broken ones too.\nJudge the pot, never the hand.\nNothing is sold here.",
        "theme_zh": "吃烟", "theme_en": "Smoke in the glaze",
        "rooms": [
            {"slug": "kiln-opening-night", "name_zh": "开窑夜", "name_en": "Kiln-Opening Night", "read_key": "rooms:members",
             "about_zh": "一窑开一夜。谈釉、谈火、谈坏掉的那些。", "about_en": "One kiln, one night. Of glaze, of fire, and of the ones that went wrong.",
             "subject_key": STORY["celadon-after-rain"]},
            {"slug": "glazes-and-recipes", "name_zh": "釉料与配方", "name_en": "Glazes and Recipes", "read_key": "rooms:members",
             "about_zh": "灰几成，石几成，记下来。", "about_en": "How much ash, how much stone: write it down.",
             "subject_key": STORY["cobalt-line"]},
            {"slug": "the-parlour", "name_zh": "会客厅", "name_en": "The Parlour", "read_key": "", "write_key": "account",
             "about_zh": "门开着。谁都可以听，登录就能说。", "about_en": "The door is open. Anybody may listen; sign in to speak."},
            {"slug": "patrons-corner", "name_zh": "知音小席", "name_en": "Patrons’ Corner", "read_key": "rooms:patron",
             "about_zh": "手艺人也在。", "about_en": "The makers sit here too."},
        ],
    },
    {
        "slug": "paper-and-block", "name_zh": "纸与版", "name_en": "Paper and Block",
        "about_zh": "刻掉的是天，留下的是水。", "about_en": "What is cut away is sky; what is left is water.",
        "rules_zh": "每周一题，交一刀也算。\n借来的图说明出处。", "rules_en": "One subject a week; a single cut will do.\nSay where a borrowed picture comes from.",
        "theme_zh": "刻水", "theme_en": "Cutting water",
        "rooms": [
            {"slug": "one-cut-at-a-time", "name_zh": "一刀一刻", "name_en": "One Cut at a Time", "read_key": "account",
             "about_zh": "登录就能进来。", "about_en": "Open to every account.",
             "subject_key": STORY["pear-wood-river"]},
            {"slug": "looking-for-blocks", "name_zh": "寻版", "name_en": "Looking for Blocks", "read_key": "rooms:members",
             "about_zh": "找旧版，找人，找纸。", "about_en": "Old blocks, old hands, old paper."},
        ],
    },
]  # fmt: skip

PLACES = [
    ("celadon-circle", "zhou", "member", "窑工", "Kiln hand"),
    ("celadon-circle", "shen", "member", "作者", "Author"),
    ("celadon-circle", "liu", "moderator", "守席人", "Keeper of the table"),
    ("celadon-circle", "wen", "member", "", ""),
    ("celadon-circle", "tao", "member", "", ""),
    ("celadon-circle", "he", "member", "", ""),
    ("celadon-circle", "ines", "member", "", ""),
    ("celadon-circle", "tom", "member", "", ""),
    ("paper-and-block", "he", "host", "刻版人", "Block cutter"),
    ("paper-and-block", "liu", "moderator", "", ""),
    ("paper-and-block", "tom", "member", "", ""),
]


class Line(NamedTuple):
    """One message: `ago` in minutes, `reply` the key of another line, `stamps` as 妙5善2."""

    key: str
    by: str
    ago: int
    text: str
    reply: str = ""
    stamps: str = ""
    pinned: bool = False


TALK: dict[str, list[Line]] = {
    "kiln-opening-night": [
        Line("rule", "liu", 190, "今晚的规矩：先听十分钟，再说话。坏的也给人看。", pinned=True),
        Line("open", "zhou", 62, "开门了。先别急着看颜色，先听。", stamps="妙6听8"),
        Line("late", "zhou", 61, "这一窑闷得晚了些，靠火口那几只怕是偏黄。"),
        Line("lute", "wen", 59, "我把耳机开到最大，像有人在隔壁拨弦。原来我家那只裂了二十年，是一直在说话。", stamps="善5"),
        Line("rain", "ines", 57, "Mine sounds like rain on a tin roof, a long way off. I had been calling it a flaw.", stamps="善4"),
        Line("grey", "tao", 55, "闷得晚偏黄，那闷得早呢？文章里写“一身灰”，是烟进了釉？", reply="late", stamps="问5"),
        Line("quarter", "ning", 53, "刚读完这一篇，里面说中间合适的工夫不过一刻钟。"),
        Line("smoke", "zhou", 45, "@陶知白 对，烟比釉快。灰的那种我们叫“吃烟”，洗不掉，只能敲了。", reply="grey"),
        Line("photo", "he", 43, "敲之前能不能拍一张？想看看坏的长什么样，好的看多了，反而不懂。", stamps="善7茶3"),
        Line("kept", "shen", 42, "后两节正写到他最坏的一窑。没有敲，留下了。为什么留，篇末见。"),
        Line("first", "wen", 40, "第一只出来了，看见了吗？靠里那只，青得像没睡醒的天。"),
    ],
    "glazes-and-recipes": [
        Line("ash", "tao", 1500, "草木灰要淘几遍？"),
        Line("three", "zhou", 1490, "三遍。第三遍的水要**看得见碗底**。\n\n- 松灰四\n- 石三\n- 土三", reply="ash", stamps="善6"),
        Line("pine", "tom", 1400, "Does anybody burn their own pine? Mine comes out greener than the book says."),
        Line("lime", "he", 1390, "试试少一成灰，多一成石灰石。颜色会往蓝里走。", reply="pine", stamps="茶2"),
    ],
    "the-parlour": [
        Line("hello", "ines", 900, "Good evening. I have read about the glaze of rain and I would like to see some rain.", stamps="妙2"),
        Line("come", "liu", 880, "Come to *Kiln-Opening Night*; there is usually some by ten.", reply="hello"),
        Line("bowl", "bai", 700, "第一次来。家里有一只外婆留下的碗，底上一圈露胎，是青瓷吗？"),
        Line("ring", "zhou", 690, "拍一张底足。露胎的那圈若是紫的，多半是。", reply="bowl", stamps="善3"),
    ],
    "patrons-corner": [
        Line("seat", "zhou", 2000, "这里人少，我说慢一点。下个月的窑想留一格给大家，各人出一只。", stamps="妙3"),
        Line("mine", "shen", 1990, "我出一只写坏字的笔洗。"),
    ],
    "one-cut-at-a-time": [
        Line("water", "he", 4000, "本周题：刻水。只许用一种刀。", pinned=True),
        Line("one", "tom", 3600, "One gouge, one line. I have cut the same river four times and it is a different river.", stamps="善2"),
    ],
    "looking-for-blocks": [
        Line("found", "he", 9000, "有人在泾县找到一块，《芥子园》的残版，缺右下角。"),
    ],
}  # fmt: skip
