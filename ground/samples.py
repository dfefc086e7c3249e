"""A sample of the context of every component: shown in the gallery, rendered by a test.

One entry per template of templates/components; each gives a list of contexts, in the language asked for.
"""

from collections.abc import Callable

from django import forms
from django.core.paginator import Paginator
from django.utils.html import format_html

from ground.money import Money
from ground.samples_story import STORY_SAMPLES
from ground.samples_words import ART, Context, Words


class AddressForm(forms.Form):
    """A form with one control of each kind, sent with a mistake in it."""

    name = forms.CharField(max_length=60)
    email = forms.EmailField()
    postcode = forms.RegexField(r"^\d{6}$")
    letters = forms.ChoiceField(choices=())
    scope = forms.ChoiceField(choices=(), widget=forms.RadioSelect)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    tell = forms.BooleanField(required=False)


def choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Give a field of choice its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def address_form(t: Words) -> AddressForm:
    """The form, filled in and refused."""
    sent = {
        "name": t("宁远", "Ning Yuan"),
        "email": "member@example.com",
        "postcode": "3100",
        "letters": "week",
        "scope": "this",
        "tell": "on",
    }
    form = AddressForm(sent, auto_id=f"id_%s_{t.suffix}", use_required_attribute=False)
    labels = {"name": ("收件人", "Recipient"), "email": ("邮箱", "E-mail"), "postcode": ("邮编", "Postcode"), "letters": ("每周来信", "Weekly letter"),
              "scope": ("用于", "Use it for"), "note": ("给打包的人一句话", "A word to whoever packs it"), "tell": ("盒子寄出时告诉我", "Tell me when the box leaves")}  # fmt: skip
    for name, (zh, en) in labels.items():
        form.fields[name].label = t(zh, en)
    form.fields["email"].help_text = t("只用来登录和寄信。", "Used to sign in and to write to you, for nothing else.")
    form.fields["postcode"].error_messages["invalid"] = t(
        "邮编是六位数字，还差两位。", "A postcode has six figures; two are missing."
    )
    choose(
        form,
        "letters",
        [
            ("week", t("《案头信》，周日", "The Desk Letter, on Sundays")),
            ("none", t("不要来信", "No letters")),
        ],
    )
    choose(
        form,
        "scope",
        [
            ("this", t("只这一盒", "This box only")),
            ("all", t("以后的盒也改", "All boxes from now on")),
        ],
    )
    form.prefix = t.suffix
    form.data = {f"{t.suffix}-{key}": value for key, value in sent.items()}
    form.full_clean()
    return form


def _buttons(t: Words) -> list[Context]:
    return [
        {"label": t("入席", "Take a seat"), "kind": "seal"},
        {"label": t("看看盒里", "See what is inside"), "kind": "ink", "url": "#gallery"},
        {"label": t("跳过", "Skip")},
        {"label": t("以后再说", "Later"), "kind": "bare"},
        {"label": t("已截单", "Closed"), "disabled": True},
        {"label": t("正在存", "Saving"), "kind": "ink", "busy": True},
        {"label": t("收藏", "Save"), "icon_only": True, "glyph": "save", "pressed": "false"},
    ]


def _badges(t: Words) -> list[Context]:
    return [
        {"label": t("作者", "Author")},
        {"label": t("23 人在席", "23 at the table"), "tone": "celadon", "live": True},
        {"label": t("截单还有 6 天", "6 days left to order"), "tone": "gold"},
        {"label": t("已退回", "Sent back"), "tone": "seal"},
    ]


def _wall(t: Words) -> list[Context]:
    tiers = [
        {"name": t("清友", "Friend"), "note": t("每月四篇会员故事", "Four member stories a month"), "opens": False, "price": Money(1800, "CNY"), "interval": "month"},
        {"name": t("同席", "Companion"), "note": t("全部故事，所有圈子，每季一场夜谈", "Every story, every room, a talk each season"), "opens": True, "price": Money(4800, "CNY"), "interval": "month"},
    ]  # fmt: skip
    return [
        {
            "id": t.id("wall"),
            "title": t.once("余下两节，留给同席的人", "The last two parts are kept for the table"),
            "text": t(
                "后面写的是周其朗最坏的一窑，和他为什么没有砸掉它。",
                "What follows is the worst firing of Zhou's life, and why he did not break it up.",
            ),
            "tiers": tiers,
            "join_url": "#gallery",
            "login_url": "#gallery",
            "act": t("入席，接着读", "Take a seat and read on"),
            "meter": "",
            "footnote": t("随时可退，当期读完。", "Leave whenever you like and keep reading to the end of the month."),
        }
    ]


def _messages(t: Words) -> list[Context]:
    zhou = t("周其朗", "Zhou Qilang")
    said = t("闷得晚偏黄，那闷得早呢？", "Stifled late it turns yellow. And early?")
    card = {"url": "#gallery", "image_url": f"{ART}bowl.svg", "kicker": t("釉色记 · 其三", "Notes on Glaze, three"), "title": t("雨过天青，是一炉算不准的火", "After Rain, the Colour Nobody Could Mix"), "summary": t("沈砚秋 · 十一分钟", "Shen Yanqiu, 11 minutes")}  # fmt: skip
    stamps = [{"mark": "妙", "label": t("妙，12 人", "Wonderful, 12"), "count": 12, "own": False}, {"mark": "听", "label": t("在听，31 人", "Listening, 31"), "count": 31, "own": True}]  # fmt: skip
    time = {"at": "2026-11-22T20:31", "time": "20:31"}
    return [
        {"message": {"name": zhou, "tint": "seal", "here": True, "role": t("窑工", "Kiln master"), "reply": {"name": t("陶知白", "Tao Zhibai"), "url": "#gallery", "text": said}, "body": t("烟比釉快。灰的那种叫“吃烟”。", "Smoke is faster than glaze. The grey ones have eaten smoke, we say."), "stamps": stamps, **time}},
        {"message": {"name": zhou, "run": True, "body": t("洗不掉，只能敲了。", "It does not wash off. They get broken up."), **time}},
        {"message": {"name": t("宁远（你）", "Ning Yuan (you)"), "tint": "ink", "own": True, "here": False, "body": t("原来如此。", "So that is it."), "card": card, **time}},
        {"message": {"gone": t("这条消息由作者收回了。", "The author has taken this message back.")}},
    ]  # fmt: skip


def _layout(t: Words) -> Context:
    links = [{"label": t("故事", "Stories"), "url": "#stories"}, {"label": t("圈子", "Rooms"), "url": "#rooms"}]
    return {
        "site_nav": [{"key": "stories", "current": True, **links[0]}, {"key": "rooms", "current": False, **links[1]}],
        "dock_items": [
            {"key": "home", "label": t("首页", "Home"), "url": "#home", "icon": "home", "current": True, "badge": 0},
            {
                "key": "rooms",
                "label": t("圈子", "Rooms"),
                "url": "#rooms",
                "icon": "talk",
                "current": False,
                "badge": 3,
            },
            {
                "key": "account",
                "label": t("我的", "You"),
                "url": "#you",
                "icon": "person",
                "current": False,
                "badge": 0,
            },
        ],
        "footer_columns": [{"title": t("读", "Read"), "links": links}],
        "language_links": [
            {"code": "en", "html_code": "en", "label": "English", "short": "EN", "url": "#en", "current": False}
        ],
        "account": {"is_authenticated": True, "name": t("宁远", "Ning Yuan")},
    }


def _countdown(t: Words) -> list[Context]:
    moments = {"now": "2026-11-22T10:23:00+00:00", "until": "2026-11-28T23:59:00+00:00"}
    return [{**moments, "days": 6, "hours": 13, "minutes": 36}]


def _steps(t: Words) -> list[Context]:
    steps = [
        {"label": t("装盒", "Packed"), "note": t("16 日", "the 16th"), "state": "done"},
        {"label": t("离开杭州", "Left Hangzhou"), "note": t("18 日", "the 18th"), "state": "done"},
        {"label": t("快到了", "Nearly there"), "note": t("今天", "today"), "state": "here"},
        {"label": t("到家", "Home"), "note": t("今晚", "tonight"), "state": ""},
    ]
    return [{"steps": steps, "row": True}, {"steps": steps}]


def _tables(t: Words) -> list[Context]:
    return [
        {
            "caption": t.once("近三期扣款", "The last three charges"),
            "columns": [
                {"label": t("盒", "Box")},
                {"label": t("日期", "Date")},
                {"label": t("金额", "Sum"), "end": True},
            ],
            "rows": [
                [t("霜降", "Frost's Descent"), t("10 月 29 日", "29 October"), "¥178.20"],
                [t("处暑", "End of Heat"), t("跳过", "Skipped"), "¥0"],
            ],
            "last_end": True,
        }
    ]


def _cards(t: Words) -> list[Context]:
    return [
        {
            "id": t.id("card"),
            "title": t.once("同席", "Companion"),
            "badge": {"label": t("续费在即", "Renews soon"), "tone": "gold"},
            "facts": [{"label": t("下次续费", "Next renewal"), "value": t("十二月三日，¥48", "3 December, ¥48")}],
            "actions": [
                {"label": t("升席或降席", "Change your seat"), "url": "#gallery"},
                {"label": t("停止", "Stop"), "url": "#gallery", "kind": "bare"},
            ],
        }
    ]


def _switches(t: Words) -> list[Context]:
    options = [{"value": "month", "label": t("按月", "Monthly"), "checked": True}, {"value": "year", "label": t("按年", "Yearly"), "note": t("省两个月", "two months saved"), "checked": False}]  # fmt: skip
    return [{"legend": t("周期", "How often"), "name": t.id("cycle"), "options": options}]


def _pages(t: Words) -> list[Context]:
    return [{"page": Paginator(range(120), 10).page(4), "label": t.once("分页", "Pages"), "query": "q=1"}]


def _timeline(t: Words) -> list[Context]:
    moments = [
        {"when": t("874 年", "874"), "what": t("一批秘色瓷封入法门寺地宫。", "Pieces of the secret colour are sealed at Famen Temple.")},
        {"when": t("1323 年", "1323"), "what": t("一条商船在新安外海沉没。", "A merchant ship goes down off Sinan.")},
        {"when": t("2009 年", "2009"), "what": t("列入非遗名录。", "The firing is inscribed as living heritage.")},
    ]  # fmt: skip
    return [{"anchor": t.id("timeline"), "moments": moments}]


def _gallery(t: Words) -> list[Context]:
    shown = [("glaze", t("金丝铁线，近观", "Golden thread, iron wire")), ("bowl", t("天青", "Sky blue")), ("item-cup", t("梅子青", "Plum green"))]  # fmt: skip
    figure = '<img class="art" src="{}{}.svg" alt="{}" width="1200" height="900" loading="lazy">'
    pictures = [{"img": format_html(figure, ART, name, words), "caption": words, "credit": ""} for name, words in shown]
    return [
        {"anchor": t.id("gallery"), "label": t.once("釉的三种样子", "Three looks at a glaze"), "pictures": pictures}
    ]


def _dialogs(t: Words) -> list[Context]:
    return [
        {
            "id": t.id("skip"),
            "still": True,
            "title": t("跳过冬月这一盒？", "Skip the midwinter box?"),
            "text": t(
                "这个月不扣款，也不寄。截单前随时可以改主意。",
                "Nothing is charged and nothing is sent. Until the cut-off you may change your mind.",
            ),
            "keep": t("留着", "Keep it"),
            "act": t("跳过这一盒", "Skip this box"),
        }
    ]


# Template name without its ending -> its contexts.
SAMPLES: dict[str, Callable[[Words], list[Context]]] = {
    "button": _buttons,
    "badge": _badges,
    "tag": lambda t: [{"label": t("青瓷", "Celadon"), "url": "#gallery"}, {"label": t("宋", "Song"), "url": "#gallery"}],
    "count": lambda t: [{"number": 4, "label": t("4 条未读", "4 unread")}, {"mention": True, "label": t("有人提到你", "You are mentioned")}],
    "avatar": lambda t: [{"name": t("闻笛", "Wen Di"), "size": "l", "tint": "", "here": False}, {"name": t("周其朗", "Zhou"), "tint": "seal", "size": "", "here": True}, {"name": "Bai", "tint": "paper", "size": "s", "here": False}],
    "kicker": lambda t: [{"text": t("釉色记", "Notes on Glaze"), "url": "#gallery", "sequence": t("其三 · 共五篇", "Three of five")}],
    "slip": lambda t: [{"text": t("釉色记", "Notes on Glaze"), "url": "#gallery"}],
    "fishtail": lambda t: [{}],
    "form": lambda t: [{"form": address_form(t)}],
    "field": lambda t: [{"field": address_form(Words(t.language, f"{t.suffix}-2"))["postcode"]}],
    "errors": lambda t: [{"errors": [t("还差街道和门牌，快递员找不到你。", "The street and number are missing; nobody will find you.")]}],
    "alert": lambda t: [{"text": t("邮件已经寄出。", "The letter is on its way."), "level": "success"}, {"text": t("这个链接用过了。", "This link has been used."), "level": "error"}],
    "check": lambda t: [{"name": t.id("tea"), "value": "1", "type": "radio", "checked": True, "label": t("白毫银针", "Silver Needle"), "hint": t("福鼎，今春头采", "Fuding, first picking")}, {"name": t.id("tea"), "value": "2", "type": "radio", "label": t("老白茶", "Aged white")}],
    "switch": _switches,
    "card": _cards,
    "piece": lambda t: [{"image_url": f"{ART}kiln.svg", "why": t("同在釉下", "Also under the glaze"), "members": True, "url": "#gallery", "title": t("一炉算不准的火", "A fire nobody can count"), "summary": t("波斯的矿，景德镇的手。", "Persian ore, Jingdezhen hands."), "byline": t("沈砚秋 · 十一分钟", "Shen Yanqiu, 11 minutes")}],
    "tabs": lambda t: [{"label": t.once("月份", "Months"), "items": [{"label": t("这个月", "This month"), "url": "#gallery", "current": True}, {"label": t("下个月", "Next month"), "url": "#gallery", "current": False, "count": 2}]}],
    "table": _tables,
    "facts": lambda t: [{"facts": [{"label": t("月令盒，按月", "The Monthly Box"), "value": "¥198"}, {"label": t("同席九折", "Companion, a tenth off"), "value": "− ¥19.80", "number": True}]}],
    "lines": lambda t: [{"lines": [{"label": t("开窑夜", "Kiln-Opening Night"), "url": "#gallery", "unread": 4}, {"label": t("付款与发票", "Payments and receipts"), "url": "#gallery", "note": t("尾号 4242", "ending 4242"), "glyph": "card"}]}],
    "dialog": _dialogs,
    "toast": lambda t: [{"text": t("地址存下了，从这一盒起。", "The address is kept, from this box on."), "dismiss": True}],
    "bar": lambda t: [{"label": t("夜谈", "Evening talks"), "value": 2, "max": 4, "note": t("用了 2，还有 2", "2 used, 2 left")}],
    "pagination": _pages,
    "empty": lambda t: [{"title": t("还没有人说话", "Nobody has spoken yet"), "text": t("先坐下，喝口茶。第一句由你来说也好。", "Sit down, have some tea. The first word may be yours.")}],
    "skeleton": lambda t: [{}],
    "countdown": _countdown,
    "price": lambda t: [{"money": Money(4800, "CNY"), "interval": "month", "size": ""}, {"money": Money(17820, "CNY"), "interval": "box", "size": "s"}],
    "steps": _steps,
    "wall": _wall,
    "box_card": lambda t: [{"id": t.id("box"), "image_url": f"{ART}parcel.svg", "image_alt": t("青瓷色的纸盒，系着红绳", "A celadon-coloured box tied with red cord"), "kicker": t("月令盒 · 冬月", "The Monthly Box, midwinter"), "title": t.once("把这一窑的青，寄到案头", "This firing, on your desk"), "text": t("一只梅子青小杯，一张水印信笺。", "One plum-green cup, a sheet of printed letter paper."), "price": Money(19800, "CNY"), "soon": t("截单还有 6 天", "6 days left to order"), "url": "#gallery", "act": t("看看盒里有什么", "See what is inside")}],
    "talk_card": lambda t: [{"id": t.id("talk"), "kicker": t("在圈子里谈这一篇", "Talk about this story"), "title": t.once("开窑夜", "Kiln-Opening Night"), "url": "#gallery", "quote": t("“我家那只裂了二十年，今晚才知道它是在说话。”", "“Mine has been cracking for twenty years. Only tonight did I learn it was talking.”"), "quote_by": t("闻笛，七分钟前", "Wen Di, seven minutes ago"), "faces": [{"name": t("闻笛", "Wen"), "tint": ""}, {"name": t("陶知白", "Tao"), "tint": "gold"}], "live": t("23 人在席", "23 at the table"), "act": t("进去坐坐", "Come in")}],
    "story_chip": lambda t: [{"card": {"url": "#gallery", "image_url": f"{ART}bowl.svg", "kicker": t("釉色记", "Notes on Glaze"), "title": t("雨过天青", "After Rain"), "summary": t("十一分钟", "11 minutes")}}],
    "message": _messages,
    "picture": lambda t: [{"image_url": f"{ART}kiln.svg", "image_alt": t("夜里依山而上的龙窑", "A dragon kiln climbing a hillside at night"), "width": 1600, "height": 900, "title": t("依山的火", "A fire that climbs"), "caption": t("火自己往上走。", "The heat walks uphill by itself.")}],
    "quote": lambda t: [{"anchor": t.id("quote"), "text": t("好釉色不是烧出来的，是没烧坏剩下来的。", "A good glaze is what is left when you have not spoiled it."), "who": t("周其朗", "Zhou Qilang"), "what": t("龙泉上垟，窑工", "kiln master, Longquan")}],
    "timeline": _timeline,
    "gallery": _gallery,
    "brand": lambda t: [{}],
    "masthead": lambda t: [_layout(t)],
    "dock": lambda t: [_layout(t)],
    "foot": lambda t: [_layout(t)],
    **STORY_SAMPLES,
}  # fmt: skip
