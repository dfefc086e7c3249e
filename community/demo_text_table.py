"""What is said in every room: greetings, weather, looking for each other, thanks. `demo_pieces` tells how these lines are read."""

TABLE = """
= zh new
a 大家好，第一次进来，先坐着听。 | 新来的，在{城}，慢慢看前面的。 +善
b> 欢迎，{城}有什么好吃的？ | 欢迎，前面的不用全看，挑着看。 | 欢迎欢迎，茶自己倒。 +茶
?a 好，先从上个月看起。

= zh
a 今天{term}。这边{天气}。 | {term}了，{天气}。 +茶
b> 我这边也是。 | 我这边反过来，出太阳。
?c 添衣。

= zh
a 有谁知道前几天说的那张图在哪里？我翻不到了。 +问
b> 往上翻，大概上周{周几}晚上。 | 搜“{搜}”，第二条就是。 +善
a 找到了，谢谢。 | 找到了，原来我当时还说了话。 +妙

= zh
a 在{城}的，周末有没有人要见一面？带上手上的活。 +听
b> 我，在西边，周{周几}下午可以。 | 在，但是周末要看孩子，能带来吗？
a> 带来，孩子有孩子的事做。 | 好，地方我来找。
c 拍照片！来不了的人要看。
?a 一定。

= zh
a 上次@b 说的办法，我试了，成了。 +善
b> 高兴。哪一步最难？
a> 等的那一步。 | 不动手的那一步。 +妙

= zh
a 手机上打字慢，见谅。
b 慢好，快了都是水。 +妙茶

= zh
a 发错屋了，抱歉，当我没说。!
b 没事，听见了也当没听见。 +妙

= zh
a 请教一个笨问题，你们都在什么时候做？下班以后我只剩躺着的力气。 +问
b> 早上，五点半，没有人找我。 | 我也躺着，周末补。 +善
c> 每天二十分钟，比周末一整天管用。 +善
a 试二十分钟。

= zh
a 第{20-90}天，每天一点点，手终于不抖了。 +妙善
b 佩服。 | 我第三天就停了，明天接着来。 +茶
c 天数别数了，数多了就是上班。 +妙

= zh
a 孩子问我为什么要学这个，我说不出来。
b> 就说，手里有事，心里就不吵。 +妙善
a 她听懂了，她说那她也要。 +茶

= zh
a 这个月来不了了，家里有事，下个月见。
b 先忙家里的。位子给你留着。 +善茶
c 等你。

= zh
a 我回来了，前面漏了{80-300}条，有没有好心人说个大概？ +问
b> 吵了一架，和好了，出了三件活。 | 大概是：雨，坏了，修好了。 +妙
a 谢谢，等于看完了。 +茶

= en new
a Good evening, first time here. I will sit by the door for a bit. | New here, from {town}. Reading backwards. +善
b> Welcome. The door is the best seat, you hear both sides. | Welcome! How is {town} this week? +茶
?a Wet, but friendly.

= en
a {weather} here. What have you got? | {weather} in {town} today. +茶
b> The opposite, and I would swap. | The same. One could get used to it.

= en
a Somebody posted a picture of a drying rack last week. I cannot find it. +问
b> Last {weekday}, late. Search for “rack”. +善
a Found it. I had even put a stamp on it.

= en
a @b I tried what you said and it worked. I had been doing the opposite, with conviction. +妙
b> Conviction is half of it. Glad. +善

= en
a How do you all find the time? I get home and there is nothing left in my hands. +问
b> Twenty minutes before breakfast. Nobody wants anything from me at six. +善
c> I stopped finding it and started stealing it. +妙
a Setting the alarm. Do not wish me luck, wish me sleep.

= en
a Is anybody near {town} who would meet one afternoon and bring what they are working on? +听
b> Near enough. Any {weekday} but the next. | I am! Mornings are better.
a I will find us a table and write here.

= en
a Wrong room, sorry. Please forget all of that.!
b Forgotten, with effort. +妙

= en
a I missed {60-250} messages. Could somebody kind give me the short version?
b> It rained, something broke, someone mended it. +妙
a That is every version. Thank you. +茶

= en
a My daughter asked what this is for. I had no answer ready.
b> Tell her it is for the hands, and that the head gets to come along. +妙善
a She says that is a good answer and can she have a brush.

= en
a Away for a month, family. Keep my chair.
b Kept. Go well. +善茶

= mix
a 群里说英文的朋友，我看得懂一点，写不好，别见怪。
b> Same here the other way round. Slowly is fine. +善茶
c> 慢慢说，都听得懂。

= mix
b Thank you all for last night, I laughed at two jokes I did not understand.
a> 哪两个？我们也想再笑一次。 +妙
"""

BOX = """
$物 = 小茶罐/信笺/拓片/香盒/那只杯子/竹尺
$thing = the little tin/the letter paper/the rubbing/the incense/the cup/the bamboo rule

= zh
a 盒子到了！先不拆，等晚上。 | 盒子到了，快递小哥问我买的什么这么轻。 +妙
b> 我的还在路上，别剧透。 | 我忍不住，路上就拆了。
a> 好，只说一句：{物}。 +听
?c 说一句也是剧透。 +妙

= zh
a 这期的{物}，大家怎么用？我舍不得。 +问
b> 用。不用就是一件东西，用了才是你的。 +善妙
c> 我放在书桌左边，每天看一眼，也算用。 +茶
a 今天起用。

= zh
a {物}到的时候有一点压痕，能换吗？
b> 写信给装盒的人，说清楚，拍一张，他们很快。 +善
a 写了，当天就回了，谢谢。 | 他们说下期一起补来。 +茶

= zh
a 上个月盒子里的那张方子，有人照着做了吗？
b> 做了，水多放了一倍，还是成了。 +妙
a 那我今晚也做。

= en
a It is here. I shook it, like a child, and put it down, like an adult. +妙
b> Ours are still somewhere over the sea. Say nothing. | Do not open it before evening. Candle, table, then the knife.
a> One word only: {thing}. +听

= en
a What have you all done with {thing}? Mine is still in its paper. +问
b> Use it. It was made by somebody who hoped you would. +善
a Then it comes out tonight.

= en
a Mine came with a bent corner. Whom do I ask?
b> Write to the packers, with a photograph. They answered me the same day. +善
a Answered within two hours, with an apology to the corner. +妙

= mix
a 盒子里那张字条的英文，是谁译的？好。 +善
b> Whoever it was left one word in Chinese, and it was the right one. +妙
"""

KEEPERS = """
= zh
a 今天有一条报告，看过了，是两个人话赶话，我私下各说了一句，都收了。 +善
b> 辛苦。要不要记一笔？
a> 记了，写在公开的那一页，没有名字。 +善

= zh
a 新来的人问能不能发自己店里的东西，我指了一下规矩第四条。
b> 指得好。语气呢？
a> 先欢迎，再指。 +茶

= zh
a 下周{周几}我不在，谁看一下晚上的？
b> 我看，到十一点。 +善
c> 十一点以后我醒着。
a 多谢两位。

= en
a Quiet week. One question about selling, answered kindly, nothing else. +茶
b> A quiet week is work that nobody sees. Thank you. +善

= mix
a 英文那句规矩，“Judge the pot, never the hand”，有人问 hand 是什么意思。
b> The person. I will add a line of explanation when the rules are next revised. +善
"""

NOTICES = """
= zh
a 下一窑：周{周几}装窑，次日点火，{2-3}天后开。想来听开片的，当晚{7-9}点到窑边，穿旧鞋。 +听
= zh
a 开窑的日子往后挪一天，湿气太重，急不得。 +听
= zh
a 这一窑出好的{20-60}只，坏的也留着，摆在棚子东边，随便看。 +善
= zh
a 本月窑火轮休，修窑门。下月初再起。 +茶
= zh
a 柴到了，三十担松木，周{周几}上午码柴，来的人管饭。 +听
= en
a Next firing: packed on {weekday}, lit the morning after, opened two or three days on. Old shoes, please, and no hurry. +听
= en
a The opening moves by one day: too much damp in the air, and it will not be argued with. +听
= en
a {20-60} good ones from this firing. The others are on the east side of the shed; look as long as you like. +善
"""
