"""The demo's three seats."""

from collections.abc import Callable

from membership.models import ComparisonCell, ComparisonRow, Tier, TierBenefit, TierRight, TierStep

# key, rank, names, taglines, at the wall, recommended, rights
TIERS = [
    ("friend", 10, "清友", "Friend", "路过也好，坐一会儿再走。", "Passing by is fine. Sit a while first.",
     "清友篇章，公开的圈子", "The Friends’ stories and the open rooms", False,
     ["tier:friend", "stories:friend", "rooms:members"]),
    ("companion", 20, "同席", "Companion", "多数人坐在这里，故事读全，话说到深夜。",
     "Where most people sit: every story to its end, and talk until late.",
     "全部故事，所有圈子", "Every story, every circle", True,
     ["tier:friend", "tier:companion", "stories:friend", "stories:all", "rooms:members", "rooms:companion"]),
    ("patron", 30, "知音", "Patron", "愿意替一门手艺多添一把柴的人。", "For those who would put one more log on a craft’s fire.",
     "以上全部，另有知音小席", "All of it, and the Patrons’ Corner", False,
     ["tier:friend", "tier:companion", "tier:patron", "stories:friend", "stories:all",
      "rooms:members", "rooms:companion", "rooms:patron"]),
]  # fmt: skip
BENEFITS = {
    "friend": [("清友篇章，读到最后一句", "The Friends’ stories, to the last sentence"),
               ("会员圈子里说话", "A voice in the members’ rooms"),
               ("随时可退，读到当期结束", "Leave at any time, read to the end of the period")],
    "companion": [("全部会员故事与旧刊", "Every members’ story, old issues too"),
                  ("所有同席的圈子", "All of the Companions’ rooms"),
                  ("清友的一切", "Everything a Friend has")],
    "patron": [("同席的一切", "Everything a Companion has"),
               ("知音小席：手艺人也在", "The Patrons’ Corner, where the makers sit too"),
               ("替手艺人多添一把柴", "One more log on a maker’s fire")],
}  # fmt: skip
COMPARISON = [
    ("会员故事", "Members’ stories", {"friend": ("清友篇章", "Friends’ stories"), "companion": ("全部", "All"), "patron": ("全部", "All")}),
    ("圈子", "Rooms", {"friend": ("会员圈子", "Members’ rooms"), "companion": ("全部圈子", "All rooms"),
                     "patron": ("全部圈子，另有知音小席", "All rooms, and the Patrons’ Corner")}),
    ("旧刊", "Old issues", {"companion": ("全部", "All"), "patron": ("全部", "All")}),
    ("与手艺人同席", "A table with the makers", {"patron": ("知音小席", "Patrons’ Corner")}),
]  # fmt: skip

WELCOME = {
    "friend": ("座位给您留好了。先不忙着读，看看窗外是什么天气。",
               "Your seat is kept. No hurry to read: look what the weather is doing first."),
    "companion": ("欢迎入座。这里的故事都读到最后一句，圈子里的话也说到最后一句。\n\n茶凉了自己续，不必客气。",
                  "Welcome to the table. Every story here goes to its last sentence, and so does the talk in the rooms.\n\n"
                  "When the tea is cold, pour again; nobody stands on ceremony."),
    "patron": ("多谢您添的这把柴。窑里的火，看得见的人不多，您是一个。",
               "Thank you for the log on the fire. Few people see a kiln’s flame; you are one of them."),
}  # fmt: skip
STEPS = [("挑一篇故事读到最后一句", "Read one story to its last sentence", "/stories/"),
         ("去圈子里坐一坐", "Sit down in a room", "/groups/"),
         ("写下您的名字和收信的语言", "Write down your name, and the language of your letters", "/account/details/")]  # fmt: skip


def seed(step: Callable[[str], None]) -> None:
    """Tiers, their rights, benefits and the comparison; running it again changes nothing."""
    step("tiers")
    by_key = {row[0]: _tier(row) for row in TIERS}
    for key, lines in BENEFITS.items():
        for order, (zh, en) in enumerate(lines):
            TierBenefit.objects.get_or_create(tier=by_key[key], order=order, defaults={"text_zh": zh, "text_en": en})
        for order, (zh, en, path) in enumerate(STEPS):
            words = {"text_zh": zh, "text_en": en, "path": path}
            TierStep.objects.get_or_create(tier=by_key[key], order=order, defaults=words)
    for order, (zh, en, cells) in enumerate(COMPARISON):
        row, _ = ComparisonRow.objects.get_or_create(order=order, defaults={"label_zh": zh, "label_en": en})
        for key, (cell_zh, cell_en) in cells.items():
            ComparisonCell.objects.get_or_create(
                row=row, tier=by_key[key], defaults={"text_zh": cell_zh, "text_en": cell_en}
            )


def _tier(row: tuple) -> Tier:  # type: ignore[type-arg]
    key, rank, zh, en, tag_zh, tag_en, wall_zh, wall_en, recommended, rights = row
    tier, _ = Tier.objects.get_or_create(
        key=key,
        defaults={
            "rank": rank, "name_zh": zh, "name_en": en, "tagline_zh": tag_zh, "tagline_en": tag_en,
            "summary_zh": wall_zh, "summary_en": wall_en, "recommended": recommended,
            "welcome_zh": WELCOME[key][0], "welcome_en": WELCOME[key][1],
        },
    )  # fmt: skip
    for right in rights:
        TierRight.objects.get_or_create(tier=tier, key=right)
    return tier
