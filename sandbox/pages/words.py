"""The pages' words: English is the key, Chinese stands beside it."""

from sandbox.web import Request

ZH = {
    "Sandbox": "沙盒", "Test mode: no money moves here.": "测试环境：此处不会动用真钱。",
    "Back": "返回", "Today": "今日应付", "Pay": "支付", "Subscribe": "订阅并支付", "Start trial": "开始试用", "Save card": "保存银行卡",
    "Total due today": "今日合计", "Subtotal": "小计", "Discount": "优惠", "Free until the first charge": "首次扣款前不收费",
    "Then": "此后", "every day": "每天", "every week": "每周", "every month": "每月", "every quarter": "每季",
    "every year": "每年", "every {n} days": "每 {n} 天", "every {n} weeks": "每 {n} 周", "every {n} months": "每 {n} 个月",
    "every {n} years": "每 {n} 年", "once": "一次", "Quantity": "数量", "Update quantity": "更新数量",
    "This code has been used up.": "此优惠码已用完。", "This promotion code has expired.": "此优惠码已过期。", "This coupon has expired.": "此优惠已过期。",
    "This promotion code cannot be redeemed because it is for another customer.": "此优惠码属于另一位顾客。",
    "This promotion code cannot be redeemed because the associated customer has prior transactions.": "此优惠码只限首次购买。",
    "This promotion code cannot be redeemed because the sum is too small.": "金额太低，不能使用此优惠码。",
    "Contact": "联系方式", "E-mail": "电子邮箱", "Card": "银行卡", "Card number": "卡号", "Expiry (MM / YY)": "有效期（月 / 年）",
    "CVC": "安全码", "Name on card": "持卡人姓名", "Shipping address": "收货地址", "Name": "姓名", "Full name": "收件人",
    "Address": "地址", "City": "城市", "State or province": "省份", "Postal code": "邮政编码", "Country": "国家或地区",
    "Promotion code": "优惠码", "Apply": "使用", "This code is invalid.": "此优惠码无效。",
    "Test cards": "测试卡", "Any expiry in the future and any three digits go with them.": "有效期填任意将来的月份，安全码填任意三位数字。",
    "works": "支付成功", "is declined": "被拒", "has insufficient funds": "余额不足", "asks for confirmation": "需要验证身份",
    "works now, fails at the renewal": "首次成功，续费时失败", "works, and the customer disputes": "成功，随后顾客拒付", "works, and refunds to it fail": "成功，但退款会失败",
    "Your card was declined.": "您的银行卡被拒绝。", "Your card has insufficient funds.": "您的银行卡余额不足。",
    "Your card has expired.": "您的银行卡已过期。", "Your card's security code is incorrect.": "安全码不正确。",
    "Your card number is incorrect.": "卡号不正确。", "Your card has been declined.": "您的银行卡被拒绝。",
    "An error occurred while processing your card. Try again in a little bit.": "处理时出错，请稍后再试。",
    "Your card was declined. This transaction requires authentication.": "此笔交易需要验证身份，银行卡被拒绝。",
    "This is not a card number that the sandbox knows. Use one of the test cards below.": "沙盒不认识这个卡号，请用下面的测试卡。",
    "Write the expiry as MM / YY, in the future.": "有效期请写成“月 / 年”，并且尚未过期。", "The security code has three or four digits.": "安全码是三位或四位数字。",
    "Please fill this in.": "请填写此项。", "This is not an e-mail address.": "电子邮箱格式不对。", "We do not ship there.": "无法寄往此地。",
    "This checkout is paid.": "这笔订单已经支付。", "You can close this page.": "可以关闭此页了。",
    "This checkout has ended.": "这次结账已经失效。", "Start again from the shop.": "请回到商店重新开始。", "Nothing is here.": "此处空无一物。",
    "Confirm the payment": "确认支付", "Your bank asks whether it is you who pays.": "银行想确认付款的是您本人。",
    "Approve": "确认", "Refuse": "拒绝", "Something is wrong.": "出了点问题。",
    "The bank did not confirm the payment. Try again or use another card.": "银行未确认此笔付款，请重试或换一张卡。",
    "Invoice": "账单", "Invoices": "账单", "Paid": "已付", "Open": "待付", "Draft": "草稿", "Void": "作废", "Pay this invoice": "支付此账单",
    "This invoice is paid.": "此账单已付。", "This invoice is not open.": "此账单不可支付。", "Date": "日期", "Sum": "金额", "State": "状态", "Number": "编号",
    "Billing": "账单与付款", "Your plan": "当前方案", "Payment method": "付款方式", "Update card": "更换银行卡", "Save": "保存", "No card is saved.": "尚未保存银行卡。",
    "The card is saved.": "银行卡已保存。", "Cancel": "取消订阅", "Keep it": "撤销取消", "Ends on": "结束日期", "Renews on": "续费日期",
    "Cancel at the end of the period?": "在本期结束时取消？", "You keep it until": "可使用至", "No subscription.": "没有订阅。", "No invoice yet.": "尚无账单。", "Pay now": "现在支付",
    "Clock": "时钟", "It runs": "正在走时", "It moves to": "正在走到", "+1 hour": "加 1 小时", "+1 day": "加 1 天", "+1 month": "加 1 个月",
    "To the next renewal": "到下次续费", "To the next retry": "到下次重试", "Move to": "走到", "Go": "走", "Faults": "故障", "None": "无",
    "+1 week": "加 1 周", "How many": "次数", "Calls to": "接口", "Any": "全部", "Answers 429 before the work": "未做事，回 429",
    "Answers 503 before the work": "未做事，回 503", "Lost for good": "永远丢失", "Lost, yet reported as delivered": "丢失，却报称已送达",
    "Checkout": "结账", "Changes of subscriptions": "订阅变更", "Schedules": "订阅计划", "Invoices and payments": "账单与付款", "Refunds": "退款",
    "Portal": "账单门户", "Refund": "退款", "Refund half": "退一半", "Customer disputes": "顾客拒付", "Disputes": "拒付", "Reason": "原因",
    "Won": "判胜", "Lost": "判负", "needs_response": "待举证", "under_review": "审理中", "won": "胜", "lost": "负", "fraudulent": "欺诈",
    "product_not_received": "未收到货", "duplicate": "重复扣款", "subscription_canceled": "已退订", "unrecognized": "不认识此笔扣款", "general": "其他",
    "refunded": "已退款", "partly refunded": "部分退款", "disputed": "拒付中", "will change": "将变更", "The event is lost.": "事件已丢失。",
    "Next payment": "下一次付款", "Declined": "被拒", "Insufficient funds": "余额不足", "Needs authentication": "需要验证身份",
    "Delivery of events": "事件投递", "Normal": "正常", "Twice": "两次", "Out of order": "乱序", "Late": "迟到", "Not at all (hold)": "暂不投递", "Seconds late": "迟到秒数",
    "Next API call": "下一次接口调用", "Answers 500 after the work": "做完后回 500", "Drops the connection after the work": "做完后断开连接", "Set": "设定",
    "Release": "放行", "Events": "事件", "Customers": "顾客", "Subscriptions": "订阅", "Delivered": "已送达", "Waiting": "等待中", "Held": "扣留", "Failed": "失败",
    "Dropped": "已放弃", "Nobody listens": "无人接收", "Send again": "重发", "Back to the house": "回到雅集", "Type": "类型", "Delivery": "投递", "Customer": "顾客", "Price": "价格",
    "Period ends": "本期至", "Next attempt": "下次尝试", "Events wait to be delivered": "件事件等待投递", "Nothing is due.": "没有到期的事。",
    "The clock is moving already.": "时钟正在走。", "Nothing is there yet.": "还没有内容。", "Real time": "真实时间", "Next": "下一件事", "Plain data": "原始数据",
    "active": "生效", "trialing": "试用", "past_due": "逾期", "canceled": "已取消", "incomplete": "未完成", "incomplete_expired": "已失效", "unpaid": "未付", "paused": "暂停",
    "paid": "已付", "open": "待付", "draft": "草稿", "void": "作废", "uncollectible": "坏账", "The clock can only move forward.": "时钟只能往前走。", "Skip to content": "跳到正文", "ends": "将结束", "collection paused": "暂停扣款",
    "For developers": "供开发者使用", "progress": "进度", "Showing the newest": "显示最新的", "Try": "试试", "set": "已设定",
}  # fmt: skip


def language(request: Request, wanted: str | None = None) -> str:
    """zh or en: by ?lang=, then by what the session wants, then by the browser."""
    asked = request.args().get("lang") or (wanted if wanted and wanted != "auto" else None)
    if asked:
        return "zh" if asked.startswith("zh") else "en"
    for part in (request.header("Accept-Language") or "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith(("zh", "en")):
            return tag[:2]
    return "en"


def say(lang: str, text: str, **values: object) -> str:
    """A text in this language."""
    found = ZH.get(text, text) if lang == "zh" else text
    return found.format(**values) if values else found
