"""The house's plain pages in both languages: about, terms, privacy, imprint, returns. Editors own them from then on."""

from typing import Any

from wagtail.rich_text import RichText

from editorial.actions import place
from editorial.models import HomePage, PlainPage

# slug -> language -> title, standfirst, [heading or paragraphs …]; a paragraph is anything that has no "# " before it.
PAGES: dict[str, dict[str, tuple[str, str, list[str]]]] = {
    "about": {
        "en": (
            "About Yaji",
            "A few friends, one table, a lamp.",
            ["Yaji is an old word for an elegant gathering: people who met to look at one painting, one pot, one page, and to talk about it until the tea was cold. We do the same, with a house that anybody can enter.",
             "# What we do", "We write about where things come from, and about the hands that make them. We keep rooms in which they are talked over. Once a month we put some of them into a box and send it.",
             "# Who pays", "Members do, and those who take the box. Nobody pays us to write about a thing. When we sell what we have written about, the page says so.",
             "# Words and pictures", "Each story is written twice, once in Chinese and once in English; neither is a translation of the other. Every picture here is drawn by our own hand and code."],
        ),
        "zh-hans": (
            "关于雅集",
            "三两知己，一张案，一盏灯。",
            ["古人说雅集，是几个人聚在一处，看一张画、一件瓷、一页书，谈到茶凉。我们做的是同一件事，只是门一直开着。",
             "# 我们做什么", "写器物的来处，也写做它的手。留几间房，让人坐下来谈。每个月挑几样装进盒里，寄到你手上。",
             "# 谁来付钱", "会员付，订盒的人付。没有人付钱请我们写任何一样东西。卖的若是写过的，页上会说明。",
             "# 文字与图", "每篇都写两遍，一遍中文，一遍英文，谁也不是谁的译文。这里的每一张图，都出自我们自己的手和代码。"],
        ),
    },
    "terms": {
        "en": (
            "Terms",
            "What you may expect of us, and we of you.",
            ["# Your account", "One person, one account. Keep your password to yourself. You may close the account at any time, under “My data”.",
             "# Membership", "A seat is paid by the month or by the year, in advance, and renews until you stop it. Stopping takes two steps and costs nothing; you read on to the end of the period that is paid. Five days before each charge we write to you.",
             "# The box", "A box is yours once its edition has been locked. Until then you may skip it. What it holds and when it closes stands on its page.",
             "# In the rooms", "Speak as you would at a table with strangers whom you wish to see again. What breaks the peace is hidden, with a reason, and you may object.",
             "# Our texts", "Read them, quote them, send the link. To print or sell them, ask us first."],
        ),
        "zh-hans": (
            "使用条款",
            "你可以指望我们什么，我们也指望你什么。",
            ["# 账户", "一人一个账户，密码自己收好。随时可以在“我的数据”里关掉它。",
             "# 会员", "席位按月或按年预付，到期自动续，直到你停下。停只要两步，不收钱；已付的那一期，照旧读完。每次扣款前五天，我们会写信告诉你。",
             "# 月令盒", "一期截单之后，那只盒便是你的；截单之前随时可以跳过。盒里有什么、何时截单，写在盒的页上。",
             "# 圈子里", "像同一桌的生客那样说话，想着以后还要见面。坏了和气的话会被收起来，附上理由，你可以申辩。",
             "# 我们的文字", "请读，请引，请转链接。要印、要卖，先问一声。"],
        ),
    },
    "privacy": {
        "en": (
            "Privacy and data",
            "What we know of you, why, and how to take it back.",
            ["# What we keep", "Your e-mail address and name; your membership and orders; what you say in the rooms; an address where boxes are sent. Card numbers never reach us: the payment service keeps them.",
             "# What we do not do", "No advertising, no trackers, no selling of lists. The pages load nothing from anybody else.",
             "# Cookies", "One that keeps you signed in, one that protects forms. Your choice of light or dark stays in your browser.",
             "# Your rights", "Under “My data” you can take everything along as a file, or have the account erased. Invoices are kept as long as the law asks, without anything else about you.",
             "# Questions", "Write to the address in the imprint. A person answers."],
        ),
        "zh-hans": (
            "隐私与数据",
            "我们知道你什么，为什么知道，怎样拿回去。",
            ["# 我们留着什么", "你的邮箱和名字，席位与订单，在圈子里说过的话，收盒子的地址。卡号从不经过我们，由支付机构保管。",
             "# 我们不做什么", "没有广告，没有追踪，不卖名单。页面不从别人那里取任何东西。",
             "# 小甜饼", "一枚记住你已登录，一枚保护表单。明暗的选择只留在你自己的浏览器里。",
             "# 你的权利", "在“我的数据”里，可以把一切打包带走，也可以抹掉账户。发票按法律要求的年限留存，此外不留别的。",
             "# 有话要问", "写信到版权页上的地址，会有人回。"],
        ),
    },
    "imprint": {
        "en": (
            "Imprint",
            "Who is responsible for these pages.",
            ["Yaji is published by the house that runs this site. Before opening it to the public, its editors put name, address, register number and a way to reach them here; the law of most countries asks for it.",
             "# Editors", "The editors answer for what is written in the stories. What is said in the rooms is their speakers’ own; the moderators answer for the order there."],
        ),
        "zh-hans": (
            "版权页",
            "谁为这些页面负责。",
            ["雅集由运营本站的机构出版。对外开放之前，请编辑在此写上名称、地址、登记号与联系方式；多数国家的法律都这样要求。",
             "# 编辑部", "故事里写的，由编辑部负责。圈子里说的，是说话人自己的话；圈子里的秩序，由管事的人负责。"],
        ),
    },
    "returns": {
        "en": (
            "Returns",
            "When a box is not what it should be.",
            ["# Broken on the way", "Send us a picture within seven days. We send the piece again, or the money back, whichever you like. You need not return the shards.",
             "# Changed your mind", "Within fourteen days after the box has come you may send it back unopened; we return what you paid as soon as it is here. What was made for you alone is excepted.",
             "# Did not arrive", "Three weeks after it left, we count it as lost and send another, or return the money.",
             "# How", "Answer the letter that told you the box was on its way. No form, no number to wait on."],
        ),
        "zh-hans": (
            "退换",
            "盒子不像该有的样子时。",
            ["# 路上碎了", "七天之内发张照片来，补寄或退款，由你挑。碎片不必寄回。",
             "# 改了主意", "收到后十四天内，未拆封可以寄回，盒子一到，钱就退。专为你一人做的除外。",
             "# 没有寄到", "发出三个星期还没到，就算丢了，我们再寄一只，或者退款。",
             "# 怎么办", "直接回那封发货的信。没有表格，也不用排队等电话。"],
        ),
    },
}  # fmt: skip


def lay_plain_pages(homes: dict[str, HomePage]) -> None:
    """Every plain page in every language that has a front page; what is there already stays as it is."""
    for slug, languages in PAGES.items():
        beside: PlainPage | None = None
        for code, home in homes.items():
            page = PlainPage.objects.child_of(home).filter(slug=slug).first()
            if page is None and code in languages:
                title, standfirst, words = languages[code]
                fresh = PlainPage(title=title, slug=slug, standfirst=standfirst, body=_body(words), locale=home.locale)
                page = place(fresh, under=home, beside=beside)
            beside = beside or page


def _body(words: list[str]) -> list[tuple[str, Any]]:
    return [("heading", line.removeprefix("# ")) if line.startswith("# ") else ("text", _rich(line)) for line in words]


def _rich(words: str) -> Any:
    return RichText(f"<p>{words}</p>")
