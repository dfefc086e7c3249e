"""The demo's former and present members: names written by us, never anybody's."""

import random
from dataclasses import dataclass

FAMILIES = [
    ("顾", "gu"), ("陆", "lu"), ("沈", "shen"), ("温", "wen"), ("裴", "pei"), ("苏", "su"), ("叶", "ye"), ("程", "cheng"),
    ("江", "jiang"), ("许", "xu"), ("虞", "yu"), ("闵", "min"), ("褚", "chu"), ("简", "jian"), ("丁", "ding"), ("邵", "shao"),
    ("霍", "huo"), ("秦", "qin"), ("柯", "ke"), ("梅", "mei"),
]  # fmt: skip
GIVEN = [
    ("听雨", "tingyu"), ("知秋", "zhiqiu"), ("若川", "ruochuan"), ("采薇", "caiwei"), ("砚青", "yanqing"), ("以宁", "yining"),
    ("怀瑾", "huaijin"), ("南星", "nanxing"), ("小满", "xiaoman"), ("慕白", "mubai"), ("云舒", "yunshu"), ("问渠", "wenqu"),
    ("见山", "jianshan"), ("晚晴", "wanqing"), ("子衿", "zijin"), ("松间", "songjian"), ("半夏", "banxia"), ("临溪", "linxi"),
    ("青禾", "qinghe"), ("一苇", "yiwei"), ("照水", "zhaoshui"), ("望舒", "wangshu"), ("棠", "tang"), ("屿", "yu"),
]  # fmt: skip
FIRST = ["Ada", "Bram", "Clara", "Dara", "Edwin", "Freya", "Gwen", "Hugo", "Iris", "Jonas", "Kit", "Lena", "Magnus", "Nora",
         "Oscar", "Petra", "Quinn", "Rosa", "Silas", "Thea", "Una", "Viktor", "Wilma", "Yara"]  # fmt: skip
LAST = ["Ashdown", "Birch", "Calloway", "Dunmore", "Eastlake", "Fairwater", "Greaves", "Holloway", "Inkpen", "Kilner",
        "Lindqvist", "Marlow", "Northcote", "Okafor", "Penrose", "Quayle", "Reedham", "Stillwell", "Thorne", "Wyndham"]  # fmt: skip
DOMAIN = "demo.example"
GROUPS = [("落梅读书会", "luomei.readers", "zh-hans"), ("Kiln Street Potters", "kiln.street", "en"),
          ("南渡书院", "nandu.academy", "zh-hans")]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo's history."""

    name: str
    email: str
    language: str


def people(count: int, dice: random.Random) -> list[Person]:
    """So many people, two of three with a Chinese name, no two alike; the same dice give the same people."""
    chinese = [
        Person(f"{family}{given}", f"{g}.{f}@{DOMAIN}", "zh-hans") for family, f in FAMILIES for given, g in GIVEN
    ]
    english = [Person(f"{f} {name}", f"{f}.{name}@{DOMAIN}".lower(), "en") for f in FIRST for name in LAST]
    dice.shuffle(chinese)
    dice.shuffle(english)
    third = count // 3
    found = chinese[: count - third] + english[:third]
    dice.shuffle(found)
    return found


def groups() -> list[Person]:
    """Houses that pay for several."""
    return [Person(name, f"{local}@{DOMAIN}", language) for name, local, language in GROUPS]
