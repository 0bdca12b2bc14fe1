"""The words by which people mark what matters, by cue; plain lists, to be read and amended."""

from collections.abc import Mapping

from compactd.extractive.cue import Cue

# Up to three words each: lower case, apostrophes kept.
ENGLISH: Mapping[Cue, str] = {
    Cue.CORRECTION: (
        "actually; correction; instead of; rather than; scratch that; on second thought; i was wrong; was wrong; "
        "i meant; changed my mind; change of plan; no longer; not anymore; after all; misread; mistaken; my "
        "mistake; mixed up; mixed that up; mixed them up; forget; forget about; got that wrong; "
        "moved to; was moved; been moved; slipped to; slipped from; postponed; rescheduled; revised; make that; "
        "changed to; changed from; has changed; contact changed; is now; now on; from now on; these days; "
        "bounced; withdrawn; outdated; obsolete; superseded; typo; wait it's; wait the; sorry it's; known bug; i "
        "got; and not; corrected; update on; switched to; switch to; overruled; on leave; unavailable; "
        "discontinued; no not; so it has; moved"
    ),
    Cue.DECISION: (
        "decided; decide; decision; let's go; go with; going with; went with; we'll use; we will use; we use; "
        "settled; agreed; agree on; chose; chosen; opted; final; approved; in favour of; in favor of; pick; we "
        "take; stick with; build it on; rely on; the plan is; we'll go; confirmed; signed off; conclusion; sign "
        "off; preferred"
    ),
    Cue.CONSTRAINT: (
        "must; must not; mustn't; never; always; don't; do not; cannot; can't; only; at most; at least; no more; "
        "limit; limited; require; requires; required; requirement; have to; has to; need to; needs to; deadline; "
        "due; before; until; allowed; forbidden; won't allow; without; avoid; make sure; ensure; strictly; read- "
        "only; prefer; would prefer; i'd prefer; rather not; would like; i'd like; i want; i'd love; lovely; "
        "allergic; allergy; vegetarian; keep it; keep in; keep the; remember; whatever you do; unacceptable; "
        "mandatory; unless; no later; budget; promised; treat; nothing gets; stays; compatible; behind; doesn't "
        "want; don't want; don't touch; should not; shouldn't; maximum; minimum; expires; by the end; can't "
        "afford; non-negotiable"
    ),
    Cue.ERROR: (
        "error; errors; exception; failed; fails; failing; failure; crash; crashed; crashes; broken; bug; "
        "timeout; timed out; refused; denied; traceback; panic; died; declined; rejected; not found; root cause; "
        "culprit; cause; caused; wrong; invalid; conflict; stuck; regression; leak; deadlock; corrupt; corrupted; "
        "the problem"
    ),
    Cue.OUTCOME: (
        "fixed; fix; resolved; resolves; solved; created; opened; filed; committed; merged; deployed; booked; "
        "refunded; refund; cancelled; canceled; updated; pinned; recorded; done; finished; completed; found; "
        "discovered; added; removed; replaced; installed; configured; migrated; turned out; because; the reason; "
        "successfully; confirmation; went into; put the; comes to; brings it; applied; reverted; rolled back; "
        "sent; scheduled; changed; works now; passes; passed; upgraded; renamed; total; charged; paid; reserved; "
        "assigned; shipped; was the"
    ),
    Cue.REQUEST: ("please; could you; would you; can you; write; send; use; run; put; cc; i need; we need"),
    Cue.GOAL: (
        "i need; we need; i'd like to; i would like; i want to; we want; help me; help with; looking to; looking "
        "for; my goal; the goal; the task; your task; the issue; trying to; implement; solve; want to; like to; "
        "help us"
    ),
    Cue.WITHDRAWAL: (
        "hold off; holding off; never mind; nevermind; cancel that; not now; not yet; wait; hold on; forget it; leave "
        "it; put it on hold; don't bother; call it off; not anymore; not go ahead"
    ),
    Cue.ASIDE: (
        "by the way; btw; fyi; note; oh and; keep in mind; remember; for the record; in case; worth knowing; "
        "heads up; incidentally; one more thing; also; important; don't forget; in mind; just so; someone told; "
        "somebody told"
    ),
    Cue.CHATTER: (
        "thanks; thank you; thank; sounds good; sure; okay; great; perfect; hello; hi; sorry for; you're welcome; "
        "welcome; happy to; glad; let me know; please wait; one moment; makes sense; carry on; go ahead; of "
        "course; hm; hmm; no problem; what do you; anything else; have a; to be honest; is there anything; feel "
        "free; appreciate your; appreciate it; that's all; that is all; that's it; that'll be; all i needed"
    ),
    Cue.NARRATION: (
        "let me; i'll; let's; next; first; now i; i will; going to; i'm going; we should check; here is; here "
        "are; nothing unusual; anything unusual; nothing new; as expected; harmless; unrelated; looked through; "
        "went over; as one would; would you like; i looked; usual range; consistent with; check"
    ),
}

# Alternatives of a pattern, Chinese and Japanese together.
ASIAN: Mapping[Cue, str] = {
    Cue.CORRECTION: (
        "更正|纠正|說錯|说错|搞错|弄错|记错|不是.{1,40}而是|改为|改成|改到|换成|"
        "变更为|推迟到|提前到|不再|其实是|应该是|取消了原|訂正|間違|ではなく|じゃなくて|"
        "に変更|に変わ|変更にな|正しくは|修正しま|延期|誤りで|実は"
    ),
    Cue.DECISION: ("决定|确定用|就用|采用|选择|选定|同意|定下|敲定|決め|決ま|採用|にします|することにし|合意|選び"),
    Cue.CONSTRAINT: (
        "必须|务必|不要|不能|不得|不准|只能|至少|最多|不超过|之前|以前|截止|为止|预算|"
        "上限|要求|记得|注意|千万|希望|偏好|过敏|ないでください|なければな|必ず|べき|だけ|"
        "以内|までに|まで|期限|上限|予算|禁止|厳禁|たい|してください|アレルギー|お願い"
    ),
    Cue.ERROR: ("错误|失败|报错|异常|崩溃|故障|超时|问题出在|エラー|失敗|例外|障害|不具合|落ち|タイムアウト|原因"),
    Cue.OUTCOME: (
        "已经|修复|解决|完成|创建|提交|退款|预订|发现|因为|多收|确认单|工单|完了|"
        "修正しました|解決|作成|予約|返金|見つか|ため|確認書|受付番号|請求|記録しました"
    ),
    Cue.GOAL: ("请帮|帮我|我想|我要|我需要|我们需要|希望|したい|ほしい|手伝"),
    Cue.WITHDRAWAL: ("算了|先不|暂时不|暂不|等一下|先别|やめて|見送|いったん保留|待って|キャンセルで"),
    Cue.REQUEST: ("麻烦|请用|いただけ|ください"),
    Cue.ASIDE: ("顺便|另外|对了|补充|备注|重要|ちなみに|なお|ところで|念のため|補足|重要"),
    Cue.CHATTER: (
        "谢谢|好的|没问题|有道理|请稍等|请继续|ありがとう|承知|かしこまり|なるほど|少々お待ち|続けて|お知らせ"
    ),
    Cue.NARRATION: ("我先看|我再检查|正在查询|看起来没有|まず確認|見てみます|検索しています|なさそう"),
}
