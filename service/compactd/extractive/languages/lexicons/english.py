"""English."""

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.languages.lexicons.english_mood import ENGLISH_MOOD
from compactd.extractive.page import Section

ENGLISH = Language(
    code="en",
    headings={section: str(section) for section in Section},
    fixed_words={word: str(word) for word in FixedWord},
    kinds="url; email; path; id; hash; version; date; amount; quantity; error; command; host; name; number; symbol",
    common=(
        "the; of; and; to; is; it; that; you; for; with; this; be; are; was; have; has; not; what; please; my; we; i; "
        "your; they; from; by; at; or; do; don't; can; will; would; if; but; there; which; when; always; never; it's; "
        "i'm; i'd; how; all; only; then; out; any; should; must; every; no; let; its; our; been; were; them; their; a; "
        "an; as; on; me; so; he; she; his; her; into; up; than; about; also; just; in; under; over; per; off; get; "
        "got; make; need; needs; want; each; some; such; these; those; who; where; why; while; between; through; may; "
        "did; does; had; after; before; new; one; keep; use; no; here; now; "
        "though; although; because; since; until; whether"
    ),
    cues={
        Cue.SHIFT: (
            "next task; new task; next up; the next thing; now let's; move on; moving on; moving on to; "
            "new goal; goal is now; the goal has; something else; something different; different topic; "
            "change of plan; change of plans; changed my mind; forget about; forget the; scrap that; scrap the; "
            "new plan; drop the; new priority; priorities changed; priorities have; instead of that; "
            "rather than that; never mind the; never mind that; task two; second task; on to the; "
            "we're done with; done with that; is done; are done; that works; that's done; another thing; "
            "another task"
        ),
        Cue.CORRECTION: (
            "we now; it now; they now; now owns; now belongs; now uses; now runs; now lives; now called; now goes; "
            "now handled; has moved; has switched; have switched; we switched; rotated; rebased; is retired; "
            "are now; will now; new limit; new deadline; new owner; new ceiling; new address; new name; "
            "replaces; on reflection; on second thoughts; instead; replaces; took over; takes over; "
            "actually; correction; instead of; rather than; scratch that; on second thought; i was wrong; "
            "was wrong; i meant; changed my mind; change of plan; no longer; not anymore; after all; misread; "
            "mistaken; my mistake; mixed up; mixed that up; mixed them up; forget; forget about; got that wrong; "
            "moved to; was moved; been moved; slipped to; slipped from; postponed; rescheduled; revised; "
            "make that; changed to; changed from; has changed; contact changed; is now; "
            "bounced; withdrawn; outdated; obsolete; superseded; typo; wait it's; wait the; "
            "sorry it's; known bug; i got; and not; corrected; update on; switched to; switch to; overruled; "
            "on leave; unavailable; discontinued; no not; so it has; moved; "
            "was a mistake"
        ),
        Cue.DECISION: (
            "decided; decide; decision; let's go; go with; going with; went with; we'll use; we will use; "
            "we use; settled; agreed; agree on; chose; chosen; opted; final; approved; in favour of; "
            "in favor of; pick; we take; stick with; build it on; rely on; the plan is; we'll go; confirmed; "
            "signed off; conclusion; sign off; preferred"
        ),
        Cue.CONSTRAINT: (
            "must; must not; mustn't; never; always; don't; do not; cannot; can't; only; at most; at least; "
            "no more; limit; limited; require; requires; required; requirement; have to; has to; need to; "
            "needs to; deadline; due; before; until; allowed; forbidden; won't allow; without; avoid; make sure; "
            "ensure; strictly; read-only; prefer; would prefer; i'd prefer; rather not; would like; i'd like; "
            "i want; i'd love; lovely; allergic; allergy; vegetarian; keep it; keep in; keep the; remember; "
            "whatever you do; unacceptable; mandatory; unless; no later; budget; promised; treat; nothing gets; "
            "stays; compatible; behind; doesn't want; don't want; don't touch; should not; shouldn't; maximum; "
            "minimum; expires; by the end; can't afford; non-negotiable"
        ),
        Cue.ERROR: (
            "error; errors; exception; failed; fails; failing; failure; crash; crashed; crashes; broken; bug; "
            "timeout; timed out; refused; denied; traceback; panic; died; declined; rejected; not found; "
            "root cause; culprit; cause; caused; wrong; invalid; conflict; stuck; regression; leak; deadlock; "
            "corrupt; corrupted; the problem"
        ),
        Cue.OUTCOME: (
            "fixed; fix; resolved; resolves; solved; created; opened; filed; committed; merged; deployed; "
            "booked; refunded; refund; cancelled; canceled; updated; pinned; recorded; done; finished; "
            "completed; found; discovered; added; removed; replaced; installed; configured; migrated; "
            "turned out; because; the reason; successfully; confirmation; went into; put the; comes to; "
            "brings it; applied; reverted; rolled back; sent; scheduled; changed; works now; passes; passed; "
            "upgraded; renamed; total; charged; paid; reserved; assigned; shipped; was the"
        ),
        Cue.REQUEST: (
            "please; pls; plz; could you; would you; can you; i need; we need; would help; would suffice; "
            "would be great; "
            "would be nice; would be perfect; would be lovely; would be good; would be ideal; it'd help; it'd be; "
            "that'd be"
        ),
        Cue.GOAL: (
            "i need; we need; i'd like to; i would like; i want to; we want; help me; help with; looking to; "
            "looking for; my goal; the goal; the task; your task; the issue; trying to; implement; solve; want to; "
            "like to; help us; still waiting; waiting for; waiting on; don't forget; left is; i wonder"
        ),
        Cue.WITHDRAWAL: (
            "hold off; holding off; never mind; nevermind; cancel that; not now; not yet; wait; hold on; "
            "forget it; leave it; put it on hold; don't bother; call it off; not anymore; not go ahead"
        ),
        Cue.ASIDE: (
            "by the way; btw; fyi; note; oh and; keep in mind; remember; for the record; in case; worth knowing; "
            "heads up; incidentally; one more thing; also; important; don't forget; in mind; just so; "
            "someone told; somebody told"
        ),
        Cue.CHATTER: (
            "thanks; thank you; thank; talk soon; speak soon; bye; goodbye; sounds good; sure; okay; great; perfect; "
            "hello; hi; sorry for; "
            "you're welcome; welcome; happy to; glad; let me know; please wait; one moment; makes sense; carry on; "
            "go ahead; of course; hm; hmm; no problem; what do you; anything else; have a good; have a nice; "
            "have a great; to be honest; is there anything; feel free; appreciate your; appreciate it; that's all; "
            "that is all; that's it; that'll be; all i needed; go on; keep going; continue please; please continue; "
            "please proceed; carry on please; keep at it; take your time; whenever you're ready"
        ),
        Cue.NARRATION: (
            "let me; i'll; let's; next; first; now i; i will; going to; i'm going; we should check; here is; "
            "here are; nothing unusual; anything unusual; nothing new; as expected; harmless; unrelated; "
            "looked through; went over; as one would; would you like; i looked; usual range; consistent with; "
            "check"
        ),
        Cue.SCOPE: (
            "always; never; whenever; from now on; from here on; from this point; from today; from tomorrow; "
            "starting today; starting now; going forward; moving forward; henceforth; in future; in the future; "
            "for the rest; throughout; at all times; without exception; no exceptions; no matter; by default; "
            "as a rule; in general; every time; each time; any time; anytime; until i say; until further; "
            "until i tell; until told; unless i; unless you're told; unless told; unless asked; for this project; "
            "this session; this conversation; this chat; consistently; permanently; at any point; under no; "
            "whatever happens; whatever you; in this repo; in this codebase; across the board; at no time; "
            "as long as; for everything; rest of this; a habit; a point of; all the time; all your; "
            "every single; for all; in every; "
            "on every; in all; after every; before every; after each; before each; to every; everywhere; in mind; "
            "for anything; with anything; in anything; in everything; with everything; with any; for any; on any; "
            "in any"
        ),
        Cue.QUANTIFIER: (
            "every; each; all; any; anything; everything; nothing; nobody; no one; none; everyone; only; ever; "
            "strictly; at a time; per; exclusively; solely; entirely; anybody; anyone; both; no; at most; at least; "
            "maximum; minimum; more than; less than; without; when you; whenever you; before you; after you; if you; "
            "once you; while you; if a; if an; when a; when an; when in; if any; when any; if anything; before any; "
            "if in; when something; if something; daily; weekly; monthly; every day; every morning; every evening; "
            "every week; every month; anywhere; nowhere"
        ),
        Cue.ORDER: (
            "make sure; be sure; see to it; i want you; i need you; i'd like you; would like you; i expect you; "
            "i'd ask you; ask you to; remember to; remember that; be careful; take care; stick to; stick with; "
            "keep to; do try; want you; like you"
        ),
        Cue.BAN: (
            "must not; mustn't; may not; should not; shouldn't; not allowed; isn't allowed; aren't allowed; "
            "forbidden; prohibited; off limits; off-limits; taboo; no-go; under no; at no time; won't allow; "
            "not permitted; not to be; stay away; stays away; want no; not want you; don't want you; don't ever; "
            "do not ever; nobody may; not acceptable; unacceptable; banned; steer clear; "
            "hands off; read-only; never to; are not to; is not to; isn't to; aren't to; has no place; have no place"
        ),
        Cue.DUTY: (
            "must; has to; needs to; should; required; requires that; require that; mandatory; shall; ought; "
            "obligatory; compulsory; supposed to; non-negotiable; only be; may only; can only; be kept; "
            "compatible; you'll need; has got to; be done; allergic; allergy; vegetarian; vegan; "
            "you need to; you have to; have to be; need to be; we have to; they have to; everyone has; each needs; "
            "gets deployed; must be; is to be; are to be; to be kept; policy; policies; house rule; ground rule; "
            "the rule is; one rule; has the right; the right to; entitled to; authorised to; authorized to; "
            "are due every; is due every; must not; mustn't; may not; should not; shouldn't; not allowed; "
            "isn't allowed; aren't allowed; forbidden; prohibited; off limits; off-limits; not permitted; "
            "nobody may; banned; are not to; never to; "
            "stay; stays"
        ),
        Cue.CONDITION: (
            "when; whenever; if; before; after; once; unless; until; as soon; in case; wherever; each time; "
            "every time; any time; anytime; while; where; for every; for each; for any"
        ),
        Cue.PREFERENCE: (
            "prefer; prefers; preferred; preference; preferences; i'd rather; i would rather; i love; i hate; "
            "i dislike; don't like; i'd love; can't stand; favourite; favorite; user wants; fond of; i'm used to; "
            "works best for; suits me; happier with; keen on; we always; we never; we don't; we only; we use; "
            "i want all; i want every; i want my; i want your; i want no; i'd like all; i'd like every; i'd like my; "
            "i'd like your; insists; insist that; i'd appreciate; i appreciate it; important to me; important that; "
            "doesn't want; don't want; don't work for; doesn't work for; my limit; our limit; afraid of; "
            "i'd be grateful; i'd ask; are preferred; is preferred; helps me; "
            "easier for me; easier to read; i work better; bothers me; annoys me; not a fan; big on; matters to me; "
            "means a lot; i value; pet peeve; sensitive to; intolerant; hard for me; i avoid; i get seasick; i'm on a"
        ),
        Cue.MANNER: (
            "answer; answers; reply; replies; response; responses; respond; messages; emails; mails; tone; style; "
            "formatted; formatting; wording; phrasing; spelling; language; english; french; german; spanish; "
            "italian; chinese; japanese; portuguese; dutch; bullet; bullets; bulleted; paragraph; paragraphs; emoji; "
            "emojis; exclamation; units; metric; imperial; celsius; fahrenheit; timezone; format; 24-hour; 12-hour; "
            "decimals; decimal; digits; rounded; commit messages; commits; branches; citations; abbreviations; "
            "jargon; acronyms; formal; informal; polite; concise; brief; terse; verbose; sentences; sentence; "
            "confirm; permission; approval; consent; asking; ask first; check with; sign-off; go-ahead; naming; "
            "indentation; tabs; docstrings; type hints; first name; by name; call me; address me; aloud; "
            "step by step; pronouns; tool calls; suggestions; recommendations; placeholders; passwords; secrets; "
            "confidential; deploys; deployments; dependencies; prod; production; backups; main branch; to main; "
            "force-push; footnotes; sign off; signature; apologies; apologise; apologize; disclaimers; small talk; "
            "short; spaces; quotes; personal data; in json; as json; as yaml; in yaml; in markdown; as markdown; "
            "as a table; in tables; as tables; code comments; code examples; file names; variable names; all dates; "
            "all times; date format; your format; reports; summaries; invoices; subject lines; status updates; "
            "i decide; my call; my okay; my ok; my go-ahead; my say-so; and ask; rules; guidelines; conventions; "
            "dos and don'ts"
        ),
        Cue.ONCE: (
            "right now; today; tonight; this time; for now; for once; just once; yet; this one; can you; "
            "could you; help me; quick; quickly; again; tomorrow; this morning; this afternoon; go ahead; "
            "proceed; anything else; that's all; worry; bother; hesitate; i need; i have; was; were; "
            "had; so far; yesterday; last week; last night; did; didn't; then please; first thing; "
            "only this; just this; this once"
        ),
        Cue.GUESS: (
            "it must be; that must; there must; she must; he must; they must; you must be; must have; must've; "
            "should have; should've; should be fine; should be enough; should be ok; should be okay; "
            "should be there; should be here; should be ready; should be done; it should; that should; this should; "
            "there should; should work; should help; should do; i should; i must; i have to; i need to; we need to; "
            "should look; docs say; manual; it says; error says; according to; i think; i guess; i believe; "
            "i suppose; probably; apparently; maybe; perhaps; i wonder; not sure; seems; it looks; if i were you; "
            "might; could be; as far as; i assume; can't be; have to wait; someone should; somebody should; "
            "i'll always; i'd say; should be by; have to admit; must say; must admit; should know; should i; must i; "
            "supposedly; shouldn't be a; shouldn't take; seem to; i can only; sign says; he says; she says; "
            "they say; they said; he said; she said; told him; told her; told them; claims; complained; used to; "
            "my last; my old; back then; when i was; in my last; by law; i hear; supposed to be; rumour; rumor"
        ),
        Cue.PERMISSION: (
            "you may; you can; you could; may be; can be; allowed; fine; okay; ok; alright; free to; welcome; "
            "no problem; go ahead; whenever you like; whatever you like; as you wish; acceptable; permitted; "
            "you're allowed; don't mind; doesn't matter; optional; i don't care; is public; no objection; "
            "no objections"
        ),
        Cue.RELEASE: (
            "no longer need; no longer have; no need to; don't need to; don't have to; needn't; again now; "
            "can go back; forget that; forget the; forget about; forget what; forget my; ignore that; ignore the; "
            "ignore what; ignore my; disregard; scrap that; scrap the; drop that; drop the; never mind the; "
            "never mind what; doesn't apply; no longer apply; no longer applies; not apply anymore; is lifted; "
            "lifted; is off; you can stop; you may stop; stop doing; is fine again; are fine again; fine again; "
            "okay again; ok again; allowed again; welcome again; is over; take back; i take that; revoke; "
            "you're free to; feel free to; it's okay to; it's ok to; it's fine to; go back to; back to normal; "
            "not necessary; not needed; without the rule; isn't necessary; the rule about; what i said; "
            "you can use again; you may use again; any more; anymore; no longer holds; no longer hold; doesn't hold; "
            "drop it; no longer required; no longer necessary; "
            "lifting; enough with; enough of; need not; lift the; not any longer; any longer; "
            "is history; is off the; out the window; no longer applies to; no longer want; don't want any; "
            "no more need; can relax; is moot; back to how; as you like; as you please; up to you again"
        ),
    },
    verbs=(
        "use; write; reply; answer; respond; keep; stick; make; ensure; prefer; format; address; call; treat; "
        "leave; ask; tell; run; put; include; add; end; start; begin; sign; quote; cite; show; check; remember; "
        "assume; speak; talk; stay; limit; restrict; base; remind; give; wrap; return; name; mark; number; list; "
        "refer; report; confirm; log; document; round; convert; translate; spell; capitalize; capitalise; "
        "mention; say; be; send; cc; bcc; copy; store; save; commit; push; test; restate; summarize; summarise; "
        "explain; describe; provide; drop; follow; respect; do; work; create; generate; produce; read; "
        "open; close; merge; deploy; delete; remove; change; edit; modify; touch; move; rename; build; install; "
        "book; order; buy; cancel; pay; refund; charge; search; look; find; verify; validate; double-check; "
        "review; update; state; pick; choose; take; get; go; wait; hold; try; turn; set; ping; notify; escalate; "
        "inform; share; print; output; display; draft; propose; suggest; recommend; offer; apply; handle; "
        "consider; note; prefix; suffix; append; prepend; tag; label; attach; link; back; count; measure; "
        "schedule; plan; pass; prepare; finish; reserve; bill; ship; phrase; pronounce; type; default; target; "
        "opt; favor; favour; express; bear; see; help; compute; calculate; reject; accept; ignore; omit; strip; "
        "hide; mask; redact; encrypt; sort; group; split; indent; lint; squash; rebase; fetch; pull; bump; pin; "
        "export; import; separate; space; spare; apologize; apologise; credit; reference; rely; consult; "
        "compare; repeat; cap; stop; dry-run; host; route; escape; query; file; post; publish; reach; contact; "
        "direct; forward; settle; lead; present; structure; trim; shorten; avoid; refrain; request; fix; solve; "
        "implement; mail; email; message; phone; text; fill; assign; archive; upload; download; replace; "
        "restore; revert; restart; enable; disable; extend; reduce; increase; switch; migrate; refactor; "
        "rewrite; clean; scan; inspect; investigate; debug; figure; analyze; analyse; research; organize; "
        "arrange; reschedule; invite; subscribe; unsubscribe; filter; map; parse; load; insert; highlight; "
        "estimate; double; re-run; rerun; retry; resend; redo; undo; finalize; finalise; complete; continue"
    ),
    bans="don't; never; avoid; refrain; stop; quit; skip; do not; leave out; omit; enough with; enough of",
    nones="no; nothing; nobody; none; zero",
    leads=(
        "please; pls; plz; kindly; also; and; so; then; ok; okay; oh; hey; hi; hello; well; but; just; only; always; "
        "never; again; actually; now; from; here; on; going; forward; in; future; rest; for; session; project; "
        "conversation; chat; more; thing; by; way; could; can; would; will; you; sure; thanks; great; good; "
        "perfect; important; reminder; yes; yeah; do; ever; generally; consistently; default; instead; rather; "
        "wherever; possible; whenever; first; second; third; finally; plus; additionally; moreover; lastly; too; "
        "times; at; constraint; everything; everywhere; throughout; henceforth; constantly; let's; lets"
    ),
    values={
        "form of name": (
            "first name/first names/given name/forename/forenames; last name/last names/surname/surnames/family name"
        ),
        "daypart": "morning/mornings; afternoon/afternoons; evening/evenings; night/nights",
        "seat": "aisle; window",
        "transport": "train/trains; plane/flight/flights/flying; bus/buses; car; taxi/cab; ferry",
        "language": (
            "english; french; german; spanish; italian; portuguese; dutch; russian; chinese/mandarin; japanese; "
            "korean; arabic; hindi; polish; turkish; swedish; danish; norwegian; finnish; czech; greek; hebrew; "
            "ukrainian"
        ),
        "unit": "metric/celsius/kilometres/kilometers/kilograms/kilos; imperial/fahrenheit/miles/pounds/inches/feet",
        "currency": "euro/euros/eur; dollar/dollars/usd; pound/pounds/gbp; yen/jpy; francs/chf; rupees/inr",
        "day": "monday; tuesday; wednesday; thursday; friday; saturday; sunday; weekly; daily; monthly; hourly",
        "format": (
            "json; yaml; xml; csv; markdown; html; bullet/bullets/bulleted; prose/paragraph/paragraphs; "
            "table/tables; plaintext; toml"
        ),
        "zone": "utc/gmt; cet; cest; est/edt/eastern; pst/pdt/pacific; central; local; ist; jst; bst",
        "date": "morning/mornings; noon/midday; afternoon/afternoons; evening/evenings; midnight; night/nights",
        "length": ("short/brief/concise/terse/briefly/compact; long/verbose/detailed/detail/details/thorough/in-depth"),
        "tone": (
            "formal; informal/casual/relaxed; playful/warm/light/friendly/humorous/funny; terse/blunt/dry/sober; "
            "serious/neutral"
        ),
        "spelling": "british; american; australian; canadian",
        "indentation": "tabs; spaces",
        "number": (
            "one; two; three; four; five; six; seven; eight; nine; ten; twelve; fifteen; twenty; thirty; fifty; hundred"
        ),
    },
    synonyms=(
        "answer/answers/reply/replies/respond/response/responses/responding/speak/talk; "
        "message/messages/mail/mails/email/emails; "
        "budget/spend/spending/cost/costs/expense/expenses/ceiling/limit/price; "
        "deadline/launch/release/ship/date/due/delivery; owner/owns/belongs/responsible/duty/on-call; "
        "name/title/codename/label/called/named/calling/call/address/surname/surnames/names; "
        "time/times/timestamp/timestamps/timezone/clock/clocks/hour/hours; contact/reach; "
        "meeting/review/appointment; queue/broker; "
        "port/socket; test/tests/testing; file/files; commit/commits/committing; delete/remove/drop/erase; "
        "deploy/deploys/deployed/deployment/deployments/rollout; "
        "approve/approval/approves/permission/consent/okay/sign-off"
    ),
    reasons=(
        "(?:because|since|so that|so we|so it|so you|as (?:we|it|the|they|i)|otherwise|that way|"
        r"given that|for the sake|the reason)\b"
    ),
    before_old=(
        r"\bnot(?: (?:on|in|at|to|the|port|for|by))?|instead of|rather than|\bfrom|no longer(?: uses?)?|"
        r"forget(?: the)?|\bwas|\bnever|replaces?|\bover"
    ),
    after_old=(
        "is (?:on leave|wrong|outdated|gone|off|dead|obsolete|no longer)|was (?:withdrawn|wrong|a typo|"
        r"cancelled)|left\b|has (?:left|moved)|doesn't|no longer"
    ),
    aside_old=(
        "(?:and |but )?not(?: (?:on|in|at|to|the|port|for|by|from))?|instead of(?: the| on| at)?|"
        "rather than(?: on| at)?|from"
    ),
    everything=r"\b(?:all|any|every)\b.{0,30}\b(?:rules?|instructions?|preferences?|constraints?)\b",
    consents=r"(?:yes|yeah|yep|yup|ok|okay|sure|agreed|approved|confirmed|go|no|nope|do it|proceed)\b",
    takes=r"(?:so|please|use|take|make|go|it's|it is|instead|rather|the new|the right)\b",
    working=(
        r"(?:^|[,;.] |\b(?:and|now|so|then|okay|ok|sure) )(?:(?:i'm|i am|we're|we are) (?:now |still |just |"
        r"currently |already )?(?:\w{3,}ing\b|on (?:it|this|that)\b|about to\b)|(?:i'll|i will|we'll|we will|"
        r"i shall) (?!be (?:glad|happy)|not\b)\w+|let me\b|let's\b|(?:still |now |just |currently )?(?!(?:accord|"
        "regard|concern|includ|exclud|follow|noth|everyth|anyth|someth|dur|morn|even|str|th|be|hav|consider|assum|"
        r"depend|br|spr|k|r)ing\b)[a-z]{2,}ing\b(?! (?:is|was|are|were|has|have|had|looks|seems|works)\b))|"
        "^(?:on it|will do|hang on|hold tight|bear with me|one (?:moment|second|sec)|give me a|stay tuned|"
        r"in progress|under way)\b|(?:ing|ion|ment) is (?:still |now )?(?:running|under way|in progress|ongoing)\b"
    ),
    told=(
        r"^works like\b|^(?!.*\b(?:not yet|still|yet|missing|left|remains|remaining|haven't|hasn't|isn't|aren't|"
        "doesn't|don't|won't|can't|supposed|meant to|hoping|hoped|wondering|wondered|"
        r"wanted)\b)(?:(?:\S+,? ){0,2}?(?:i (?:see|understand|agree|know|guess so|was|had|did|went|talked|spoke|tried|"
        r"looked|got|forgot|saw|read|thought|hope|appreciate|trust)\b|(?:that|this|it)(?:'s| is| was| has| had|"
        r" surprises| makes| sounds| looks| seems| explains| helps| helped| works| worked| did| does| took)\b|"
        r"you(?:'ve| have| were| are|'re)\b|we (?:were|had|did|talked|spoke|tried|looked|went|met)\b|there (?:was|were|"
        r"is nothing)\b|nobody\b|(?:my|our|his|her|their|a|the|one|some|even) (?:\w+ ){1,5}?(?:was|were|had|did|said|"
        r"told|went|came|thought|knew|[a-z]{3,}ed)\b)|(?:have a|see you|talk to you|bye|good (?:morning|evening|night|"
        "to know|job|work)|nice|great|perfect|lovely|well done|no (?:worries|problem|rush|hurry)|fair enough|sounds|"
        "makes sense|i'll (?:be|take|get|let|come|check|talk)|i'm (?:back|off|glad|happy|fine|done|here|not sure)|"
        r"take care|cheers|sorry|whatever)\b|(?:exactly|just|precisely) what\b|(?:looks|works|sounds|seems|feels|"
        r"reads) (?:good|fine|great|right|like|perfect|ok|okay|well)\b|(?:all|everything)(?:'s| is)? (?:good|set|done|"
        r"clear|fine|sorted|works)\b|(?:we|you) can (?:close|wrap|leave|stop)\b|(?:ty|thx|tnx)\b)"
    ),
    light=(
        "use; write; keep; stick; make; ensure; prefer; treat; leave; ask; tell; run; put; include; add; end; start; "
        "begin; show; check; remember; assume; stay; give; say; be; send; mention; provide; follow; respect; "
        "do; work; get; go; wait; hold; try; turn; set; choose; pick; take; see; help; handle; consider; note; "
        "apply; state; let; change; changed; switch; update; updated; continue; avoid; stop; refrain; present; "
        "produce; create; mind; reflection; thought; thoughts; plan; look; find; want; wants; like; decided; decide; "
        "gets; comes; goes; better; rather; talk; book; skip; forget; drop; ignore; earlier; request; thing; things; "
        "rule; rules; mine; day; days; moved; moves; went; left; became; handles; fine; back; means; "
        "being; just; longer; again; ever; sure; care; time; once; such; free; lifted; need; needn't; necessary; "
        "needed; required; expected; supposed; doing; used; further; notice; say; says; told; said; matter; happens; "
        "whatever"
    ),
    about="limit; restriction; requirement; project",
    anew=(
        r"\bfrom (?:now|here|today|tomorrow|\w+day|(?:this|next) (?:\w*day|week|month|year|point|moment|version))\b"
        r"|\b(?:starting|as of) (?:now|here|today|tomorrow|this|next|\w+day)\b|\b(?:going|moving) forward\b"
        r"|\bthese days\b|\bin (?:the )?future\b|\bafter all\b|\binstead\b|\bdifferently\b|\bby now\b"
    ),
    varies=r"\b(?:now|new|more|less|better|rather|longer|shorter)\b",
    ends=(
        r"\b(?:any ?more|any longer|no longer|no more|again|back on|"
        r"(?:is|are) (?:back|gone|over|out|off|history|dead|void|moot|retired)|(?:can|may) go|(?:do|live) without|"
        r"done with|lifted|lifting|unnecessary|not (?:needed|necessary|required)|needn't|need not|free to|shut down|"
        r"scrapped|abolished|been dropped|relaxed)\b"
    ),
    reports=r"\b(?:i|he|she|it|they|we) \w+ed\b",
    counted=(
        "thing; things; note; notes; point; points; question; questions; remark; remarks; item; items; "
        "detail; details; matter; matters; correction; corrections; request; requests"
    ),
    announces=(
        r"(?:(?:and|also|but|so|just|only|then|ok|okay)[ ,]+)*(?:an?|one|two|three|four|five|some|a few|"
        r"a couple of|several|another|the following) (?:\w+ ){0,2}(?:thing|note|point|question|remark|"
        r"item|detail|matter|correction|request)s?\b[^,;:.!?]{0,40}[.:!]?"
    ),
    lead_in=r"(?:and|also|oh,? and)[ ,]+(?:(?:a|an|one|another)\b[^:.!?]{0,40}: )?",
    refers_back=r"\b(?:with|about|do|doing|fix|solve|have|of|help) (?:that|this|it|those|these|them)\b",
    mood=ENGLISH_MOOD,
)
