"""What the demo's people say of gardens, kitchens, kites, opera and incense. `demo_pieces` tells how these lines are read."""

GARDEN = """
$花 = 腊梅/菖蒲/芍药/茉莉/桂花/兰草
$虫 = 蚜虫/蜗牛/红蜘蛛/介壳虫
$plant = the plum in the corner/the sweet flag/a peony/the jasmine/the osmanthus

= zh 2-10
a {term}，院子里的{花}有动静了。 | 早上看了一圈，{花}比去年精神。 +妙
b> 羡慕有院子。我这边只有一个窗台，一盆{花}。 | 浇水勤不勤？我的总是浇死。
a> 指头插进土里一节，干了再浇。 +善
?b 窗台也是院子，小一点的。 +茶

= zh 4-10
a 求助：{虫}，叶子背面全是。不想打药。 +问
b> 肥皂水，傍晚喷，连喷三天。 | 先拿手捏，捏不动了再说。 +善
c> 种一圈薄荷，别的虫不来，薄荷自己来。 +妙
a 今晚开始。 | 捏了一早上，手是绿的。

= zh
a 石头摆了三天，挪了{6-15}次，回到第一次的地方。 +妙
b> 白挪了吗？不白挪。 +善茶
c 我那块更冤，挪了一圈，把腰挪坏了。
a 那还是你的贵。

= zh
a 池子的水总是绿的，鱼都看不见。有办法吗？
b> 种睡莲，遮掉三分之一。绿是太阳给的。 | 少喂鱼。多数的绿是鱼食。 +善
a 先少喂，下个月再种。

= zh
a 有人换苗吗？我多出来{3-12}棵{花}，自己育的。 +听
b> 我要两棵，拿盆来换。 | 我要！拿干艾草换行不行？
a 行，都行。只要好好种。 +善

= zh
a 修枝最怕什么？
b> 最怕修得高兴。剪一刀，退三步看一看。 +妙善
a 退到水沟里去了。 | 今天剪了三刀，退了九步。 +茶

= zh 5-7
a 雨下了{3-9}天，苔长到门槛上了，扫不扫？
b> 不扫。绕着走。 | 留一半，留靠墙那一半。 +妙
a 绕着走，家里人也学会了。 +茶

= en 1-4
a After {term} the first thing to move is {plant}. Went out twice to make sure. +妙
b> Mine is a week behind yours, as always. I use you as a calendar. | Do not tell it, it will catch cold. +茶
a Happy to be a calendar.

= en
a The moss has got as far as the doorstep. My mother says sweep, I say wait. +问
b> Wait. Sweeping takes five minutes, moss takes nine years. +善妙
a I have read this to her. We wait.

= en
a How do you keep a small pond from turning to soup?
b> Feed the fish half of what you feed them. Shade a third. Be rude to leaves. +善
a Being rude to leaves.

= en
a What would you plant where nothing has ever grown? North wall, wet feet.
b> Ferns, and then stop calling it nothing. | Sweet flag, if it is really wet. +善
a Ferns ordered. I have stopped calling it nothing.

= mix
a 借景这个词，英文怎么说才不像偷？ +妙
b> “Borrowed view”, but nobody gives it back either. I like “a view by courtesy of the hill”. +善
a> 托山的福。好。 +茶
"""

KITCHEN = """
$菜 = 腌笃鲜/荠菜馄饨/桂花糖藕/青团/萝卜糕/酒酿圆子
$料 = 笋/荠菜/糯米/咸肉/豆腐/芋头
$dish = turnip cake/congee/pickled greens/steamed egg/sesame dumplings

= zh
a {term}吃什么？我家是{菜}。 +茶
b> 我家也是，但我妈说要放{料}，邪门。 | 我们这边不吃这个，吃面。
c> 吃什么都行，趁热。 +妙
a 那就各吃各的，晚上报味道。 | 邪门归邪门，我试试。

= zh
a {菜}做了两次都不成，第一次太稀，第二次太硬。 +问
b> 粉要分两次下，第二次要滚水。 | 火小一点，盖上焖，别掀。 +善
a 第三次成了！可惜拍照的时候已经吃了一半。 | 不掀是真难。 +妙
?c 吃了一半的照片才算数。

= zh
a 霉豆腐的毛是白的还是灰的才对？我这一坛有一点粉。
b> 白的好，灰的也行，粉的、黑的都别吃，倒了。 +善
c> 粉的真的别试。倒。
a 倒了，坛子烫了三遍，重来。 | 听话，倒了。 +茶

= zh
a 买到好{料}，一半今天吃，一半怎么存？
b> 焯水，挤干，分小包冻。 | 盐一层料一层，压石头，明年开。 +善
a 冻吧，明年的事明年说。

= zh
a 外婆的菜谱只有一句：“看着放。” +妙
b 我家的是“够了就行”。 | 传男不传女，传“适量”。 +妙茶
c 我去年站在旁边拿秤称，她放一把我称一把，总算记下来了：一把盐是{6-11}克。 +善

= zh
a 陶锅裂了一道缝，不漏，还敢用吗？
b> 煮一锅稠粥，缝就糊上了，老法子。 +善
c> 小火可以，大火别，缝会唱歌。 +妙
a 煮了粥，不唱了。

= zh
a 有没有一个人吃的菜？做多了总剩。
b> 蒸蛋，一个蛋，一杯水，八分钟。 +善
c> 面。面永远是一个人吃的。 +茶
a 今晚蒸蛋。 | 那就面。

= en
a {dish} tonight, third try. Edible for the first time; nobody was hurt. +妙
b> What changed? | Photograph, please, we need evidence.
a> I left the lid on and went for a walk. +善
b The walk is the secret ingredient of half of this kitchen.

= en
a My grandmother's recipe says “enough flour”. Enough for what? +妙
b> Enough that it stops sticking to you and has not begun to stick to itself. +善
c> Weigh her hands. I did. One handful was {55-80} grams.
a I shall go on Sunday, with scales.

= en
a What do I do with {3-8} kilos of radishes that were a gift and cannot be refused? +问
b> Salt, sugar, rice vinegar, a jar, a week. Then they are a gift again. +善妙
a The neighbours are about to be very lucky.

= en
a Does everybody rinse rice, or is it a ritual?
b> Three times, and it is both. +善
a Then I will go on doing it and stop arguing.

= mix
b How do I know that the oil is hot enough, without a thermometer?
a> 插一根筷子，边上冒小泡就够了；冒大泡，关火。 +善
b> The chopstick knows. Thank you. +茶
"""

KITES = """
$鸢 = 沙燕/软翅蝴蝶/硬膀老鹰/板子/龙头蜈蚣
$kite = swallow/soft-winged butterfly/eagle/plain diamond/short centipede

= zh
a 今天风{3-5}级，{鸢}起来了，线放到{100-300}米。 +妙
b> 哪个场子？我在河滩，风一直打转。 | 好风！我这边树太多，只能看。
a> 河堤上，避开那排杨树。 | 体育场后面，没有电线。
?c 下次叫我，我带轮子。 +茶

= zh
a {鸢}总往左边栽，骨子削了三遍了。 +问
b> 看看左右膀是不是一样软，拿手指弹，听声音。 | 提线往右挪半指试试，先别再削。 +善
a 是膀子，左边软了。 | 挪了半指，稳了！ +妙
?b 骨子是减法，线是加法，先加再减。 +善

= zh 9-12
a 竹子几月砍的好？ +问
b> 冬至以后，立春以前，那时不生虫。 +善
c> 砍了先放阴处一年，火烤了再劈。 | 朝南的一面节少。
a 那今年冬天就去看看。

= zh
a 画完了一只{鸢}，舍不得放。 +妙
b 放。挂在墙上的是画，不是鸢。 | 放吧，掉了再画，越画越熟。 +善
a 放了，挂在电线上了。 | 放了。真好看，我在下面像个傻子。 +妙茶

= zh
a 线断了，落在小区二十楼的阳台上，怎么跟人家开口？
b> 带一袋橘子去。 +妙善
a 带了橘子去，人家还了鸢，还回了一罐茶。 | 人家说风筝不还，橘子留下。 +妙

= zh
a 用绢还是用纸？第一只。
b> 纸，皮纸，便宜又响。绢等第三只。 +善
a 皮纸，好。响是什么意思？
b> 绷紧了一弹，要像鼓。 +茶

= en
a The {kite} went up at the second try and stayed for {12-40} minutes. I have a sunburnt chin. +妙
b> The kite-flyer's chin. You are one of us. +茶
?a I was, until the poplars.

= en
a Mine pulls hard to the left whatever I do with the bridle. +问
b> Flick both spars and listen. If one is lower, shave the other, three strokes and no more. +善
a Three strokes, and it flies straight into a hedge of its own choosing. | It was the spar. Straight as a letter now.

= en
a Anyone flying this weekend? Wind from the south, they say, about {3-5}.
b> By the river at nine, before the dogs. | I will come and hold things.
a I shall bring the spare reel and the tea. +善

= mix
b What do you write on the ones you let go on purpose?
a> 写一个“病”字，或者“晦气”，剪断线，让它走。 +听
b> I would need a larger kite. +妙
"""

OPERA = """
$戏 = 《牡丹亭》/《长生殿》/《玉簪记》/《烂柯山》/《十五贯》
$折 = 《游园》/《惊梦》/《闻铃》/《琴挑》/《痴梦》
$role = the old servant/the monk/the maid/the magistrate

= zh
a 昨晚听{折}，到最后一句，全场没有人咳嗽。 +妙
b> 谁唱的？哪个场子？ | 我也在！后排，哭得看不见字幕。
a> 小剧场，{60-180}个位子，连字幕都没开。 +善
?c 没开字幕才好，一开字幕眼睛就走了。

= zh
a 想入门，先听哪一出？ +问
b> {折}，短，好听，一听就进来了。 | 别先看全本，先听一折，听三遍。 +善
c> 先去后台闻闻油彩，就跑不掉了。 +妙
a 先听三遍{折}，回来汇报。

= zh
a 学了{3-9}个月，一个水袖还没有甩明白。 | 今天学台步，走了一条走廊，走了{30-60}分钟。
b> 水袖不是甩，是放。手到了，袖子自己去。 | 走路最难，因为大家都会走。 +妙善
a 明天接着走。
?c 走着走着就成了。 +茶

= zh
a 这个周{周几}有{戏}，多一张票，正中间。 +听
b> 要！票钱转你。 | 那天要值班，可惜了，让给别人吧。
a 给你留着。 | 那就先问到的得。
c 回来写几句。

= zh
a 笛子的膜总破，大家用什么胶？ +问
b> 阿胶，一点点。蒜汁也行，就是同台的人有意见。 +妙
a 阿胶，不得罪人。 +茶

= zh
a 录音和现场差在哪里？我在家听也挺好的。
b> 差在那一口气。现场你听得见他吸气。 +妙善
a 下个月去一次，专听吸气。

= en
a Went to hear three scenes last night and understood a tenth. Cried anyway. +妙
b> That is the usual tenth. | Which part got you? +茶
a The end, when the sleeve stays in the air a little longer than it should.

= en
a Is it worth reading the play beforehand? +问
b> Read the story, not the words. Words in the theatre are for the ears. +善
a Story read. I am worried about {role} already.

= en
a What do you listen for when you cannot follow the language?
b> The drum. It tells you who is about to be wrong. +妙善
c> The breath before a long line.
a The drum and the breath. Good, I have ears for two things.

= mix
b How do you translate 惊梦? My programme says “Startled by a Dream”, which sounds like a cat.
a> 是被惊醒，也是被梦惊着。中文里两头都在。 +善
b> Then it stays in Chinese, and we footnote it with a cat. +妙
"""

INCENSE = """
$香 = 沉香/檀香/柏子/鹅梨帐中香/一款合香
$incense = sandalwood/cypress/a blend after an old recipe/a little aloeswood

= zh
a 夜里点一炉{香}，灰埋得深一点，味道出来慢，但是干净。 +茶
b> 隔火用云母还是银片？
a> 云母。银片太急。 | 银片，薄的，火小就行。 +善
?c 我用碎瓷片，也好。 +妙

= zh
a 线香总断头，是不是粘粉少了？ +问
b> 多半是阴干得太快，盖一层湿布，慢两天。 | 粉要过{80-120}目，粗了就断。 +善
a 慢了两天，不断了。 | 过了筛，好多了。

= zh
a 家里有猫，还能点香吗？ +问
b> 开窗，离远，少点，精油之类不要用。 | 我家的猫会走开，它比我懂。 +善妙
a 先问过猫了，它去了阳台。 +妙

= zh
a 灰压不平，总有一个指印。
b> 从外往里压，转炉不转手。 +善
a 转炉不转手，好句子。
c 什么都能转，就手不转。 +茶

= zh
a 合香第{2-9}次，还是像药铺。 +妙
b> 丁香减半，放一个月再闻。
a> 放得住，等下个月。 +听
c 像药铺也没有什么不好。 +茶

= en
a {incense} tonight, the charcoal buried deep. It took half an hour to say anything. +茶
b> Mica or silver on top?
a> Mica. Silver is too quick for me. +善

= en
a How do I get the ash flat? Mine always keeps a fingerprint.
b> Press from the outside in, and turn the bowl, not the hand. +善
a The bowl turns. The fingerprint is gone, and I rather miss it. +妙

= en
a Is it meant to smell of chemist's shop? +问
b> At first. Halve the cloves and forget it in a drawer for a month. +善
a It is in the drawer, with a date on it.

= mix
a 英文里只有 smell 一个词吗？我们说“闻”，古人说“听香”。 +问
b> We have scent, fragrance, odour, and none of them listens. I will borrow yours. +妙善
"""
