"""What the demo's people say of blocks, of paper, of indigo and of books. `demo_pieces` tells how these lines are read."""

BLOCK = """
$木 = 梨木/枣木/黄杨/椴木
$刀 = 三角刀/圆口刀/平刀/斜口刀
$题 = 水纹/云头/松针/瓦当/鱼鳞/衣褶
$wood = pear/cherry/box/lime
$tool = V-gouge/small round gouge/flat chisel/knife
$subject = water/cloud/pine needles/roof tiles/fish scales

= zh
a 本周的{题}，交一刀。{刀}刻歪了，歪的地方反而像。 | 交作业：{题}，只用{刀}。 +善
b> 歪得好，直的那条倒像尺子画的。 | 右下角那一片松一点更好，太满了。
a> 好，下一版留白多一点。 | 明天再刻一块，松一松。
?c 每周看你们交，手痒。 +茶

= zh
a {木}哪里还买得到？本地的木料行只有机器烘干的。 +问
b> 烘干的脆，别买。找老家具拆下来的，放过几十年的最好。 +善
c> 我有两块多的{木}，A4大小，自己来取，换你一张拓片。 +妙
a 换！周末来取。 | 太远，邮寄行不行？邮费我出。
?c 可以，给我留言说地址。

= zh
a {刀}总打滑，划了手。 +听
b> 刀不快才打滑。先学磨刀，再学刻。 | 左手别放在刀的前面，这条写一百遍。 +善
a 写到第{10-40}遍了。
c 磨刀石用多少号？
b> 先一千，再三千，最后皮子上荡十下。 +善

= zh
a 套色总对不齐，差一根头发。 +问
b> 角上做个规矩，纸的一个直角每次顶到底。 | 纸潮的程度要一样，干一点湿一点就差一根头发。 +善
a 是纸，我第一张太湿。 | 做了规矩，齐了。谢谢。 +茶

= zh
a 有人见过这样的老版吗？{木}，背后刻了另一面，是半页药方。
b> 两面都用的版不稀奇，木头贵。药方能认出来吗？
a> 能认出当归、川芎，其余被虫吃了。 +妙
c 虫也要补一补。 +妙茶

= zh
a 第一次拓自己的版，墨多了，糊成一团。
b> 墨要少，少到你觉得不够。再拍。 +善
c 第一张都糊。留着，一年以后看着好玩。
a 留了，夹在本子最前面。

= zh
a 刻字和刻画，刀法一样吗？ +问
b> 字是反的，先学会看反字。写一个月反字，手就知道了。 | 字要挺，画要活。我刻字用斜口刀，刻画什么都用。 +善
a 从反字开始。昨天把自己的名字写反了，像外国人。 +妙

= en
a {subject} this week, {tool} only. It looks like a map of somewhere I have not been. +妙
b> I would go. | Leave the left side alone, it is the best part. +善
a Leaving it. Thank you for stopping me.

= en
a My {wood} block has started to cup. Is it lost? +问
b> Damp the hollow side, weight it flat, wait two days. It usually comes home. +善
a Two days later: it came home. | It came three quarters of the way. I shall print three quarters.

= en
a How sharp is sharp enough?
b> It should cut a hanging hair, or failing that, cut without you noticing that you push. +善
c> If you are asking, sharpen. +妙
a Sharpening.

= en
a I printed {12-40} and kept {3-6}. Is that a normal share?
b> For the first year it is a very good share. +茶
c> Keep the bad ones as well, they are the only ones you learn from twice.

= en
a Anybody else cut themselves in the same place every time? +听
b> Left hand behind the blade. Always, even for one small stroke. +善
a It is always the one small stroke.

= mix
b Your word for the part that is cut away: is there one?
a> 叫“空”，也叫“地”。地不是没有，是留给纸的。 +妙善
b> The ground that is left to the paper. I will think of it each time I clear.
"""

PAPER = """
$纸 = 生宣/皮纸/竹纸/毛边纸/桑皮纸/连史纸
$病 = 起毛/洇得太快/一拉就破/发黄
$paper = mulberry/bamboo/hemp/a thin machine-made kozo

= zh
a 新到一刀{纸}，{病}。是纸的问题还是我的问题？ +问
b> 放半年再用。新纸有火气。 | 墨里加一点点胶试试，纸没有错。 +善
a 那就先供着。 | 试了，好多了。
?c 我的一刀放了{3-8}年，现在不舍得用了。 +妙

= zh
a 家里试抄了第一张纸，厚薄像地图。 +妙
b> 帘子提起来要快，停一下就厚一块。 | 纸浆打得不够碎。手捏散开像云就行了。 +善
a 今天第{5-30}张，像平一点的地图了。 +茶
c 别丢，装灯正好，厚的地方是山。 +妙

= zh
a 请教印版用什么纸，不想太贵。
b> 毛边纸练手，皮纸出活。 | {纸}，喷一遍水，叠着闷一夜，第二天刚好。 +善
a 闷一夜是关键，以前都是直接印。

= zh
a 楮树皮在哪里收？我们这边路边有很多，没人要。
b> 春天的皮最好剥，四月里砍枝，蒸了再剥。 +善
c 小心路边的打过药。
a 那就去后山找。明年四月再来汇报。 +听

= zh
a 旧书上的虫眼，补不补？
b> 补。同一种纸，染旧一点，边上撕不要剪。 | 不影响翻就先不补。补一次，书就动一次。 +善
a 染旧用茶吗？
b> 用橡碗子水，茶会酸。 +善

= en
a First sheet off my own mould. It has weather in it. +妙
b> Keep it. The tenth is smoother and you will like it less. +善
a Noted on the back, in pencil.

= en
a {paper} keeps tearing when I peel it from the block.
b> Damp it the night before, between blotters. Dry paper holds on. | Peel from the long side, slowly, like a plaster from a child. +善
a That did it. | The plaster method works. So does humming, apparently.

= en
a What do you all store sheets in? Mine have begun to look like old newspapers. +问
b> Flat, dark, and wrapped in more paper. Not plastic. +善
c> A drawer that you do not open to show people.
a That last one is the hard part. +妙

= mix
a 英文里“帘纹”叫什么？
b> Laid lines, and the thick ones across are chain lines. You can count a mould by them. +善
a> 一样，我们也数。一寸{18-30}根。 +茶
"""

INDIGO = """
$布 = 棉布/亚麻/老土布/真丝/旧床单
$法 = 扎/夹/蜡/型糊
$cloth = an old linen sheet/cotton/raw silk/a worn-out shirt

= zh
a 缸今天起了花，紫红的泡，终于活了。 +妙善
b> 恭喜！水面铜光厚不厚？别急着染，先养两天。 | 好看。搅的时候靠边搅，别打散了花。 +善
a 养着呢，今天只看不染。 | 忍不住下了一块{布}，出来是湖水色。
?c 缸和人一样，要喂，要睡。 +茶

= zh 10-3
a 缸不动了，水发绿发暗，没有花。救得回来吗？ +问
b> 先量碱，再看是不是冷了。这个天要包棉被。 | 喂一点麸皮水，暖一暖，过两天再看。 +善
a 包上了，像伺候月子。
c 我那缸睡了一冬，开春自己醒的。 +妙
?a 两天后汇报：醒了。 +善

= zh
a {布}染了{4-9}遍，晾干了还是浅。
b> 每一遍要见风，见透了再下。急着下，等于白下。 +善
a 见多久算透？
b> 绿完全转蓝，再多等一会儿。 +茶
a 好，慢慢来。

= zh
a 洗出来掉色，邻居的白衬衫变天青了。 +妙
b> 先用清水漂到不出蓝，再用一点醋水定一定。浮色要洗掉。 +善
c 衬衫别还了，送她一块蓝的，两清。 +妙茶
a 她说挺好看，还要我再染一件。

= zh
a 交一块{法}染，拆线的时候手都在抖。 +妙
b 拆出来那一刻最好，什么都还不知道。 | 中间那一朵，是故意松的吗？ +善
?a 是忘了扎紧。 | 就算故意的吧。 +妙

= zh 8-10
a 今年的蓼蓝种晚了，{term}了还没有开花，叶子能用吗？
b> 没开花正好，开了花色就走了。趁早上收。 +善
a 明早五点起来收。
c 早上收，中午前打，别过夜。 +善

= zh
a 手是蓝的，去银行按手印，柜员看了半天。 +妙
b 我出门戴手套，夏天也戴。 | 我指甲蓝了{2-9}年，孩子以为大人都这样。 +妙茶

= zh
a {布}要不要先煮？有人说煮，有人说泡就行。 +问
b> 煮，加碱煮，浆煮掉了才吃得进颜色。 +善
c> 老布泡一夜就行，穿了几十年，浆早没了。
a 我这是老布，泡。谢谢。 | 新布，煮去。

= en
a The vat has its flower back: purple foam, copper skin, smells like a farm. +妙善
b> Congratulations. Do not dip today. Let it be proud for a day. +茶
a I dipped {cloth}. It is the colour of late evening. I regret nothing.

= en
a My blue washes out to grey. What did I skip? +问
b> Air. Each dip wants to turn all the way from green to blue before the next. +善
c> And rinse until the water is clear, otherwise you are only lending it to the washing machine. +妙
a I had been in a hurry with a slow thing. Again.

= en
a How many dips for a blue that is nearly black?
b> {12-24}, over a week, with days off for both of you. +善
a A week it is. The shirt has waited since spring.

= en
a Everyone in my house now has pale blue towels. +妙
b> Mine too. We call it the family colour.

= mix
a 你们那边也有人做型糊染吗？ +问
b> A few, with wheat flour and lime. It cracks in our dry winters, and the cracks are the best bit. +妙
a> 我们怕裂，你们喜欢裂。好。 +茶
"""

BOOKS = """
$线 = 丝线/麻线/棉线打蜡
$装 = 四眼线装/包背装/蝴蝶装/龟甲装
$binding = four-hole/tortoise-shell/butterfly/a plain pamphlet stitch

= zh
a 第一本{装}装完了，书脊是斜的，像在鞠躬。 +妙
b> 打眼前没有压平吧？压一夜再打。 | 斜得有礼貌。下一本先拿夹板夹住。 +善
a 压了一夜，第二本站直了。 | 果然没压。
?c 鞠躬那本别拆。 +茶

= zh
a {线}总是松，收到最后一针就松一截。 +问
b> 每过一个眼拉一次，拉到纸“嗯”一声。 +妙善
c> 线打一遍蜡，就不往回滑了。
a “嗯”一声，学会了。 | 打了蜡，好使。

= zh
a 修一本外公的账本，虫蛀了一半，页码还在。怎么下手？
b> 先拍照，一页一页拍，再拆。 +善
c> 别用胶带！看到胶带修的书我晚上睡不着。
a 没有用胶带，放心睡。 +妙
?b 浆糊自己熬，稀一点，毛笔点上去。

= zh
a 封面用什么布好？想要旧一点的蓝。
b> 蓝染那边有人在换布头，去问问。 +善
a 换到了，一本书皮换一尺布。
c 这个价公道。 +茶

= zh
a {装}和普通胶装比，到底好在哪里？家里人问我，我答不上来。
b> 摊得平，修得了。胶装坏了只能扔。 +善
a 这样说就明白了，给家里人看了。

= en
a Finished a {binding} notebook. It opens flat, which is more than I do on Mondays. +妙
b> What thread? Mine saws through the paper by spring.
a> Linen, waxed twice, and I stop pulling when the paper sighs. +善

= en
a The spine of my second book leans. The first one lay down altogether, so this is progress. +妙
b> Press overnight before you punch, and punch from both sides. +善
a Third book, pressed: it stands.

= en
a Would you mend a school atlas from the fifties, or leave it its wounds?
b> Mend what stops it from being opened. Leave the jam. +妙善
a The jam stays. It is on Portugal.

= en
a Paste or glue, for covers? +问
b> Wheat paste. You will want to undo it one day, or somebody will. +善
a Cooking it now. It smells like breakfast.

= mix
b I have a hundred loose letters of my grandmother's. Would you bind them at all?
a> 蝴蝶装，不伤信纸，一页一页立着，像要飞。 +妙善
b> Then she would have wings. I will start with ten of them. +茶
"""
