"""What the demo's people say of tea, of celadon and of lacquer. `demo_pieces` tells how these lines are read."""

TEA = """
$茶 = 凤凰单丛/老白茶/正山小种/武夷肉桂/安吉白茶/冻顶乌龙/寿眉/滇红
$水 = 农夫山泉/自来水放一夜/山上接的泉水/纯净水兑一点矿泉水
$壶 = 朱泥小壶/白瓷盖碗/段泥壶/老银壶/玻璃公道
$tea = Phoenix oolong/aged white/smoked Lapsang/a rock tea from Wuyi/Dongding/a young sheng/Yunnan black
$pot = gaiwan/little clay pot/glass pitcher/porcelain pot

= zh
a 今天开了一罐{茶}，头三泡急出汤，到第四泡才真正出味。 | 下午泡{茶}，第{3-6}泡最好，前面都太急。 | {茶}放了一年再开，火气退了，甜多了。 +茶
b> 几克几毫升？我总是泡浓。 | 水温多少？我这边一到九十五度就苦。
a> {4-7}克，一百二的盖碗，沸水，坐杯不超过{8-15}秒。 | 五克半，一百毫升，水开了等半分钟再下。 +善
b 记下了，晚上照这个试。 | 怪不得，我一直多坐了一倍的时间。 | 好，今晚就照做，明天来说。
?c 我家那罐跟你一样，第一次也是泡苦了，后来少放一克就对了。

= zh
a 请教：{水}泡{茶}，是不是糟蹋了？ +问
b> 不糟蹋。水软一点就行，先别买贵的水。 | 先拿两杯对着喝，自己的舌头说了算。
c> 我两种都试过，差别在尾巴上，软水收得干净。 +善
a 那我周末摆两个盖碗比一比。 | 好，那我先省下水钱买茶。
?b 比完来说一声，别忘了记时间。

= zh
a 摔了，{壶}的盖子缺了一个米粒大的口。还能用吗？
b> 能用。缺口转到里侧，别磕第二次就行。 | 缺得不深就先用着，找漆工那边的人问问金缮。
c 我那只也缺，用了{3-9}年了，缺的那一块现在看着最顺眼。 +妙茶
?a 听你们这么说，就不心疼了。 | 那就留着，反正是自己摔的。

= zh
a {term}的早上，起来先烧水。今天是{茶}。 | {term}，水开得比昨天慢。泡{茶}，先敬窗台上那盆菖蒲。 +茶
b 早。我这边还黑着，喝昨天剩的叶底。 | 早，同喝。
c 早。{term}喝这个正合适。 | 早，今天出门，只能带杯子了。

= zh
a 谁喝过今年的{茶}？朋友寄来一小包，说是头采，我喝不出头采和二采。 +问
b> 头采的汤稠一些，但也要看做的人。喝不出来不丢人。 | 看叶底，头采的匀。别的我也说不准。
a 叶底倒是匀。那我就当它是头采。 +妙
c 当得好。

= zh
a 出差三天，带了{壶}和半斤水，酒店的水壶煮过方便面。
b> 先煮两壶水倒掉，第三壶再用。 +善
c> 我出门只带一个杯子，茶粉一样也能过日子。
a 第三壶果然没有面味了。谢谢。 | 试了，还是有一点，就当是烟熏的。 +妙茶

= zh
a 周{周几}晚上{7-9}点，我在家开一席，四个位子，茶是{茶}，来的人自带杯子。 +听
b> 我来，带一点自己烤的豆子。
c> 算我一个，晚十分钟到。 | 远，来不了，给我留个照片。
a 还差一位，先到先坐。 | 好，位子满了，下次早点说。
d 下次我来。

= zh
a 盖碗总烫手，有人有办法吗？ +问
b> 水别倒满，留一指。手指只碰沿，不碰肚子。 | 换个沿翻得宽的，别跟手过不去。 +善
c> 练一个月就不烫了，是手变厚了。 +妙
a 今天留了一指，果然不烫了。 | 先换盖碗，再练手。

= zh
a 存了五饼老白茶，放在书柜里，家里人说有书的味道。这算坏了吗？
b> 不算坏，但挪出来吧，茶吸味，书也吸潮。 | 拿一块放陶罐里闷半个月，再喝一次。
a 已经挪了，书柜空出来放碗。
c 书有茶味倒是好事。 +妙

= en
a Third steep of {tea} tonight and it has only now decided to say something. | {tea} after dinner: the first two cups were polite, the third one talked. +茶
b> How long do you leave it? Mine goes bitter as soon as I look away.
a> {8-20} seconds, boiling, and I pour all of it. What stays in the pot is what turns bitter. +善
b Ah. I never emptied it. Thank you. | That is it, then: I leave a puddle every time.

= en
a Is there a reason to use a {pot} rather than a mug, beyond looking serious? +问
b> You can stop. A mug goes on brewing whether you like it or not. +善妙
c> And small cups make you pay attention. Forty sips instead of three gulps.
a I shall look serious, then. | Sold. I will start with the cheapest one I can find.
?c The cheapest one is the right one; you will break it.

= en
a Tap water here is so hard that a skin grows on {tea}. Do you all buy bottles?
b> A jug filter, and let it stand overnight. Bottles never made enough difference to carry. | I mix half and half with bottled. Pure soft water tastes of nothing.
a I will try the jug first. My back votes for it.

= en
a What does everybody drink in the morning? I am off coffee for a month and I feel like furniture.
b> {tea}, strong, with the window open. | Something dark. White tea before nine is wasted on me.
c> Whatever is left from last night. It is never as bad as it ought to be. +妙
a Day {3-20}: slightly less like furniture. +茶

= en
a I dropped the lid of my {pot}. It is in exactly two pieces, which feels almost considerate.
b> Two is the best number. Keep both, ask in the lacquer room about gold repair. +善
a They tell me it takes six weeks and patience. I have the six weeks.

= mix
a 今天有人问我英文里“回甘”怎么说，我没说出来。 +问
b> We say “a sweet aftertaste”, but that is a label, not the thing. Something that comes back after it has left? +善
a> “走了又回来”，这个好。
?d I call it the tea remembering you. +妙

= mix
b Question from abroad: is it rude to fill a guest's cup to the top?
a> 茶七分满，酒才满。满了烫手，客人端不起来。 +善
b> Seven tenths. So the three that are missing are the courtesy. +妙
"""

CELADON = """
$釉 = 粉青/梅子青/豆青/月白/天青/灰青
$毛病 = 起泡/缩釉/落渣/开片太密/流到底/吃烟
$器 = 小碗/笔洗/杯子/梅瓶/盘子/水盂
$glaze = a pale blue-green/a plum green/a grey celadon/a milky moon-white/an olive one
$fault = crawling/pinholes/a run down to the foot/smoke in the glaze/far too much crackle
$pot = bowl/brush washer/cup/small vase/dish

= zh
a 昨天出窑，{8-30}只{器}，{毛病}的占了一半。 | 这一窑{器}装得太密，出来一半{毛病}。 +听
b> 是不是升温太急？前段慢一点，让水汽先走。 | 釉浆比重多少？稠了容易出这个。
a> 前面两个小时烧到三百，可能是急了。 | 没有量，凭手感，看来手感不行。
b> 下次每小时一百往上走，到六百再放开。 | 量一下，1.{40-48}左右比较稳。 +善
?a 好，下一窑照这个来，再报。 | 记在窑边的本子上了。 +茶

= zh
a {釉}要厚还是要薄？我上了三遍，还是发白。 +问
b> 不是遍数，是每遍之间等不等得到干。没干就上，下面的先起皮。
c> {釉}吃厚，一毫米半都不嫌多，底足一定要刮净。 +善
a 我就是没等。明天重来。 | 怪不得边上起皮了。
?b 别急，等的时候正好修下一只坯。

= zh
a 今天摸到一片老瓷片，{釉}，断口像糯米糕。 +妙
b> 胎细不细？看看断口有没有小黑点。
a> 有一点点，用指甲刮不掉。 | 没有黑点，很匀。
b 那就是淘洗得干净。放在手边，做釉的时候对着看。
?c 羡慕，我手边只有自己烧坏的。 +妙茶

= zh
a 打碎一只{器}，舍不得扔，问问有没有人会补。
b> 漆工那边有人会金缮，要等梅雨过了，漆干得快。 +善
c> 先别用胶水粘！胶水粘过的漆工不爱接。
a 还好没粘，碎片都收在匣子里了。
?c 收好，一小块都别丢。

= zh
a 釉灰用松木还是杂木？村里只剩杂木了。 +问
b> 杂木的铁高，发绿；松木干净些，偏蓝。都能用，配方要改。 +善
c> 淘完了先烧一个小试片，别拿一整窑试。
a 好，先烧试片，五种灰各一片。
?b 试片背面写清楚，写在釉上会烧没的。我烧没过一窑字。 +妙

= zh
a 请大家看看这只{器}，是我第{30-90}只，第一次没有变形。 +妙善
b 好看，口沿收得利落。 | 恭喜。肩上那一笔很稳。 +善
c> 变形的那几十只呢？也想看。
a> 都在院子里种葱了。 +妙茶

= zh
a 开片的声音，半夜还在响，要紧吗？ +问
b> 不要紧，胎和釉收得不一样快，要吵一阵子。 +善
c 我家的响了{2-6}个月才安静，安静了反而不习惯。 +妙茶
a 那就让它吵。

= zh
a 素烧到多少度合适？有人说八百，有人说九百。
b> 吸水要好就低一点，怕碎就高一点。我八百二。 | 看你的泥。我的泥八百五刚好，上釉不掉。
a 我这边八百掉粉，九百又不吸，那就八百五。 +善

= zh
a 釉里那一点点蓝，是怎么来的？不是钴吧？ +问
b> 不是钴，是铁。还原得透，釉又厚，光在里面走一圈，出来就是蓝的。 +善妙
a “光在里面走一圈”，这句我抄下来了。 +茶

= en
a Opened this morning: {8-30} pieces, and {fault} on half of them. +听
b> How fast did you go up? That looks like water that had no time to leave.
a> Too fast, I think. I wanted to be home for supper.
b> We all do. A hundred degrees an hour until six hundred, then hurry. +善
?c The kiln always knows when you have plans. +妙

= en
a Still trying to get {glaze}. I have {glaze} in the book and porridge on the shelf. +妙
b> How thick? It wants to be thicker than feels decent.
a> About as thick as a coat of paint.
b> Then four times that, and dry between coats. +善
a Test tile is in. If it runs I am blaming you, gently. +茶

= en
a My {pot} came out with {fault} and I like it better than the good one. Is that allowed?
b> It is the only thing that is. +妙
c> Put it where you can see it for a month. If you still like it, it was not a fault. +善

= en
a Does anybody here fire in electric and still get reduction? +问
b> Not honestly. You can coax a green with oxidation and a little copper, but it will be another green.
a Another green will do for a flat on the fourth floor. | Then I will learn to love the other green.

= en
a The foot of this old dish is purple where the glaze stops. What am I looking at?
b> Iron in the clay, breathed on while it cooled. Usually a good sign. +善
a It has been under a plant for {10-30} years.
c Poor dish. Lucky plant. +妙

= mix
a 英文里说 celadon，到底是一种颜色，还是一种釉？ +问
b> Both, and neither. It was a shepherd in a French novel who wore ribbons of that green. +妙
a> 那我们叫青瓷，倒是老实得多。 +茶
"""

LACQUER = """
$物 = 一只缺口的碗/断成三块的盘子/一把掉了流的壶/裂了的笔筒/一只茶杯
$活 = 贴麻布/上灰/打磨/推光/髹第三遍
$天 = 太干/忽冷忽热/干得起静电
$piece = a chipped bowl/a plate in three pieces/a cracked brush pot/a cup without its handle
$step = sanding/the second coat/the cloth layer/polishing

= zh
a 今天{活}，天{天}，漆不听话。 | 做到{活}这一步，天{天}，停了。 +听
b> 荫房湿度多少？七十以下它就不肯干。 | 放荫房，垫一块湿毛巾，别开门看。 +善
a> 六十二，难怪。 | 刚量，六十五。
b 加一盆水，关门，明天再看。 | 别看。看一次慢半天。 +妙
?a 忍住了，没有开门。 +茶

= zh
a 过敏了，手腕上一圈红疹，还能继续做吗？
b> 先停，冷水冲，别挠。严重就看医生，不要硬扛。 +善
c> 我也过过来，第一年最厉害，后来戴长手套、袖口扎紧，就少了。
a 买了长手套。谢谢两位。
?b 别嫌热，扎紧袖口最要紧。

= zh
a 接了{物}，断口很干净，先对缝。 +善
b> 用麦漆还是糯米漆？
a> 麦漆。糯米的慢，等不及。 | 这次用糯米漆，不急。
c 对缝那一步拍给我们看看吧，每次都只看到金。 +问
a 好，这次从头拍。 | 等荫干了拍，现在全是胶带，不好看。 +茶

= zh
a 金缮的金，是真金吗？我朋友说是铜粉。 +问
b> 真金粉也有，铜粉也有。吃饭喝茶的器，用真金，别省。 +善
c> 便宜的几十块一包，那是铜，过一年就黑了。
a 那只碗是喝茶的，用真金。

= zh
a 打磨从{400-800}号到{1500-3000}号，手指没有指纹了，手机认不出我。 +妙
b 手艺人的通病。我录了小拇指。 | 我录了左手，左手不磨。 +妙茶
?c 我直接用密码，八个数，磨不掉。

= zh
a 请问第一件做什么好？想学，没做过。 +问
b> 做一双筷子。小，平，坏了不心疼，天天用得着。 +善
c> 同意筷子。别一上来就做盘子，盘子会翘。
a 好，从筷子开始。
?b 做好了先自己用三个月，再做第二双。

= zh
a 剔红到底要髹多少道？书上说百道。
b> 一天一道，百道就是小半年。我最多做过{40-70}道。 +听
a 那半年里只能看着？
b> 可以做别的。漆的事情，大半是等。 +善茶

= zh
a 柜子里翻出外公的漆盒，盖子上的鱼只剩一半。补不补？
b> 先别动。问清楚外公用它装什么，再说补。 +妙善
a 家里人说是装针线的，里头还有一根针。
c 那就留着那根针，别的再商量。 +茶

= en
a {piece} is on the bench. Two weeks of waiting and then half an hour of gold. +听
b> That is the right proportion for most things. +妙
a> I keep telling the owner. She has started to believe me.

= en
a How does anybody keep the humidity up in a dry flat? Mine will not cure. +问
b> A cupboard, a tray of water, a damp towel, and do not open it to look. Seventy-five per cent, twenty-five degrees. +善
a A cupboard. I had been trying to humidify the whole sitting room.
c The whole sitting room will thank you too, in its way. +妙

= en
a At {step} again, after a mistake that I only saw when the light was low.
b> Low light is the honest one. I do all my looking at five in the afternoon. +善
a Moving the bench to the west window, then.

= en
a Is it true that real gold is not what makes the repair strong? +问
b> Quite true. The lacquer holds it, the gold only says so. +妙善
a “The gold only says so.” That goes on the wall.

= mix
b Do you mend things that were not worth much to begin with?
a> 值不值钱，看的是谁用过。{物}，补的人家说是母亲的。 +善
b> Then it was worth a great deal to begin with. I asked badly. +茶
"""
