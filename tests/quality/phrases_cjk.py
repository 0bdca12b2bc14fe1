"""Facts as they are stated in Chinese and Japanese; the same two sets as in `phrases`."""

from collections.abc import Mapping

from tests.quality.phrases import Phrasings

CHINESE: Mapping[str, Phrasings] = {
    "path": Phrasings(("问题大概出在{v}里面。", "顺便说一下，配置放在{v}。"), ("你迟早要看{v}这个文件。",)),
    "ticket": Phrasings(("客户的工单号是{v}。",), ("这件事之前记录在{v}里。",)),
    "amount": Phrasings(("对方被多收了{v}，要求退款。",), ("预算最多只有{v}。",)),
    "date": Phrasings(("必须在{v}之前上线。",), ("合同到{v}为止。",)),
    "reference": Phrasings(("我的预订号是{v}。",), ("确认单上写的是{v}。",)),
    "code": Phrasings(("每次都报{v}这个错误。",), ("客服说用户总是看到{v}。",)),
    "port": Phrasings(("副本监听端口{v}。",), ("测试环境请用端口{v}。",)),
}

JAPANESE: Mapping[str, Phrasings] = {
    "path": Phrasings(("該当の処理は{v}にあります。",), ("たぶん{v}を直すことになります。",)),
    "ticket": Phrasings(("お客様の受付番号は{v}です。",), ("前回の件は{v}に記録しました。",)),
    "amount": Phrasings(("請求額は{v}でした。",), ("予算の上限は{v}です。",)),
    "date": Phrasings(("{v}までに公開しなければなりません。",), ("契約は{v}で終わります。",)),
    "reference": Phrasings(("予約番号は{v}です。",), ("確認書には{v}と書いてあります。",)),
    "code": Phrasings(("毎回{v}というエラーが出ます。",), ("お客様から{v}の報告が続いています。",)),
    "port": Phrasings(("レプリカはポート{v}で待ち受けています。",), ("検証環境ではポート{v}を使ってください。",)),
}

CORRECTED: Mapping[str, Mapping[str, tuple[Phrasings, Phrasings]]] = {
    "zh": {
        "date": (
            Phrasings(("评审定在{v}。",), ("交付日期是{v}。",)),
            Phrasings(("更正一下，评审不是{old}，而是{v}。",), ("交付日期从{old}改为{v}。",)),
        ),
        "port": (
            Phrasings(("网关在端口{v}上。",), ("代理用的是端口{v}。",)),
            Phrasings(("我说错了，网关现在用端口{v}。",), ("代理已经换成端口{v}了。",)),
        ),
    },
    "ja": {
        "date": (
            Phrasings(("レビューは{v}の予定です。",), ("納品は{v}です。",)),
            Phrasings(("訂正します、レビューは{old}ではなく{v}です。",), ("納品は{old}から{v}に変更になりました。",)),
        ),
        "port": (
            Phrasings(("ゲートウェイはポート{v}です。",), ("ブローカーはポート{v}で動いています。",)),
            Phrasings(
                ("すみません、ゲートウェイは正しくはポート{v}です。",), ("ブローカーはポート{v}に変わりました。",)
            ),
        ),
    },
}

FILLERS: Mapping[str, tuple[str, ...]] = {
    "zh": (
        "好的，我先看一下。", "这个部分看起来没有什么问题。", "谢谢，请继续。", "我再检查一遍日志。", "嗯，有道理。",
        "整个流程其实不复杂，只是步骤比较多。", "我觉得我们可以先从简单的地方开始。", "请稍等，我正在查询。",
        "刚才的结果和我想的差不多。", "如果还有别的疑问请告诉我。", "页面加载有点慢，不过问题不大。",
    ),
    "ja": (
        "承知しました、まず確認します。", "この部分は特に問題なさそうです。", "ありがとうございます、続けてください。",
        "もう一度ログを見てみます。", "なるほど、そうですね。", "少々お待ちください、検索しています。",
        "全体の流れは難しくありませんが、手順が多いです。", "先ほどの結果はだいたい予想どおりでした。",
        "他にご質問があればお知らせください。", "画面の表示が少し遅いですが、大丈夫です。",
    ),
}  # fmt: skip
