"""English: how clauses order, forbid, and say how things have to be."""

from compactd.extractive.languages.mood_words import MoodWords

ENGLISH_MOOD = MoodWords(
    lasting=(
        "keep; stick; stay; prefer; treat; avoid; refrain; address; refer; remember; be; limit; restrict; assume; "
        "follow; respect; rely; base; favor; favour; speak; talk; round; wrap; cite; explain; express; think; act; "
        "behave; value; consult; cc; bcc; bear; mind; phrase; default; capitalize; capitalise; abbreviate; escalate; "
        "obey; adhere; comply; wear; prefix; suffix; indent; maintain; prioritize; prioritise; focus; pronounce; aim"
    ),
    ones=(
        "the; this; these; those; it; them; him; her; both; again; now; here; there; another; that; line; of; what; "
        "yourself"
    ),
    many=(
        "all; every; each; any; no; new; only; anything; everything; anyone; everyone; anybody; everybody; nobody; "
        "nothing; people; data; money; none; customers"
    ),
    plurals=r"[a-z]{2}[^siu'\W]s",
    norms=(
        "have to; has to; work for; works for; has the; have the; are to; is to; may not; need; needs; go; goes; "
        "belong; belongs; follow; follows; begin; begins; start; starts; end; ends; carry; come; comes; live; lives; "
        "stay; stays; get; gets; use; uses; merges; leaves; decides; decide; due; allowed; preferred; limited; "
        "talks; talk; sign; signs; approve; approves; touches; happen; happens; may; has the right"
    ),
    passives="are; is; be; never; always; get; gets",
    idle=(
        "worries; problem; problems; idea; ideas; luck; rush; hurry; need; clue; doubt; news; change; changes; "
        "answer; reply; response; matter; wonder; way; thanks; error; errors; result; results; output; difference; "
        "preference; sign; trace; one; longer; special; changed; happened; happens; works; worked; helps; helped; "
        "knows; knew; came; answered; answers; responded; wrong; else; new; yet; unusual; i; we; they; is; was; has; "
        "had; interesting; major; big; other; thank; pressure; stress; objections; complaints; questions; "
        "surprises; joke; kidding; mind; worry; bother"
    ),
    objects="the; a; an; my; our; your; any; all; every; each; it; them; me; us; these; those; this; their; no",
    no_orders=(
        "during; whether; both; though; although; because; plus; unlike; like; today; yesterday; tomorrow; "
        "sometimes; often; usually; maybe; perhaps; since; despite; besides; within; against; around; behind; "
        "beside; near; until; till; whereas; whichever; whoever; whatever; however; therefore; hence; thus; either; "
        "neither; nor; yet; even; still; quite; rather; half; most; many; much; few; several; except; including; "
        "regarding; concerning; hope; guess; thought; got; saw; found; had; made; told; gave; sent; took; went; ran; "
        "wrote; kept; lost; left; tried; came; became; felt; heard; held; met; paid; said; sold; spent; stood; "
        "understood; won; knew; grew; drew; threw; broke; chose; spoke; began; forgot; bought; brought; caught; "
        "taught; built; meant; led; hit; cost; seems; looks; sounds; turns; means; is; was; were; are; am; be; "
        "being; been; has; have; does; did; could; would; should; might; shall; must; cannot; and; once; unless; "
        "throughout; across; along; among; amid; beyond; beneath; underneath; upon; toward; towards; without; via; "
        "versus; below; above; onto; inside; outside; last; next; almost; nearly; exactly; simply; basically; "
        "honestly; frankly; ah; um; uh; wow; yep; yup; nope; nah; well; right; fine; cool; nice; awesome; excellent; "
        "wonderful; bye; cheers; regards; dear; also; as; than; in; for; by; at; from; on; of; with; to; really; "
        "finally; luckily; sadly; unfortunately; currently; recently; typically; normally; generally; possibly; "
        "surely; certainly; obviously; ideally; initially; originally; eventually; suddenly; immediately; "
        "presumably; evidently; only; especially; mainly; mostly; particularly; actually; probably; rarely; hardly; "
        "merely; partly"
    ),
    past=r"(?:[a-z]{2}ed|[a-z]ing)",
    selves="i; we; i'd; we'd",
    refusals="don't; can't; cannot; won't; never; only; hardly; wouldn't",
    no_habits=(
        "think; know; remember; recall; see; understand; mind; care; have; need; get; got; find; be; believe; mean; "
        "say; want; like; reach; open; log; access; connect; figure; tell; said; saw; had; knew; came; went; made; "
        "thought; heard; found; met; told; took; gave; did; feel; expect; suppose; imagine; guess; wait; help; even; "
        "really; just; been; bought; paid; ran; used; asked; make; afford; do; hear; realise; realize; notice; read; "
        "load; play; start; run; stop; agree; disagree; doubt; worry; recommend; complain; keep; come; go; quite; "
        "fully; yet; to"
    ),
    wishes="want; expect; require; insist; appreciate; need",
    tastes="prefer; like; love; hate; dislike; loathe; detest; enjoy",
    thats="that",
    limits="only; alone; exclusively",
    idioms=(
        "never mind; all set; all good; all right; make sure; be sure; not sure; for sure; no worries; at all; "
        "after all; all the time; at once; any more; any longer; no longer; great if; no problem; no matter; "
        "that's all; no idea; all clear; all done; no luck; in case of"
    ),
    finites=(
        "i; you; he; she; it; they; we; i'm; i'll; i've; i'd; you're; we're; we've; we'll; it's; that's; there's; "
        "what's; is; are; was; were; am; has; have; had; do; does; did; can; could; will; would; shall; should; may; "
        "might; must; isn't; aren't; wasn't; weren't; hasn't; haven't; don't; doesn't; didn't; can't; couldn't; "
        "won't; wouldn't; needs; need; want; wants; goes; go; get; gets; got; who; what; which; why; how; when; "
        "where; nothing; nobody; none; everything; everyone; everybody; anyone; anybody; something; somebody; "
        "someone; thanks; thank; yes; yeah; okay; ok; hello; hi; sorry; let's; happens; happened; works; seems; "
        "looks; sounds; said; says; them; him; this; these; great; good; bad; fine; sure; perfect; nice; cool; set; "
        "helps; news; luck; idea; still; yet"
    ),
)
