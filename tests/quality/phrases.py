"""How people state facts, in passing. Each kind has phrasings that the summarizer was developed with, and phrasings
that were kept apart to evaluate it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.quality.languages import HELD_OUT

KEPT_APART: Mapping[str, Any] = tomllib.loads((HELD_OUT / "facts.toml").read_text(encoding="utf-8"))
"""What is held out of the English facts and their corrections."""


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Sentences with `{v}` for the value."""

    developed: tuple[str, ...]
    held_out: tuple[str, ...]

    def of(self, *, held_out: bool) -> tuple[str, ...]:
        return self.held_out if held_out else self.developed


def phrasings(name: str, developed: Mapping[str, tuple[str, ...]]) -> Mapping[str, Phrasings]:
    """The developed ones beside those of the same kind that are held out. KeyError where there are none."""
    return {kind: Phrasings(said, tuple(KEPT_APART[name][kind])) for kind, said in developed.items()}


USER: Mapping[str, Phrasings] = phrasings(
    "user",
    {
        "path": (
            "The logic you want sits in {v}, at least it did last spring.",
            "By the way, whoever wrote {v} left a note about this.",
            "I think {v} is the one that has to change.",
            "You'll probably end up in {v} sooner or later.",
            "Somebody told me {v} still has the old behaviour.",
            "Have you come across {v} yet? Half of the trouble sits there.",
            "What happens then is decided in {v}, says Olga.",
        ),
        "ticket": (
            "All of this is tracked under {v} if anyone asks.",
            "Oh, and the customer's case is {v}.",
            "It's the same problem as {v}, reported in spring.",
            "Put {v} in the description when you're done.",
            "We had this once before, see {v}.",
            "On their side it runs as {v}.",
            "I was told to quote {v} whenever I write to them.",
        ),
        "amount": (
            "They were charged {v} and want it back.",
            "We have {v} left in the budget for this.",
            "Finance only signs off up to {v} without a meeting.",
            "If it comes to more than {v} I need to hear about it first.",
            "The invoice in question was for {v}, I believe.",
            "Mr Hale wired {v} on Friday.",
            "It ended up at {v}, shipping and all.",
        ),
        "date": (
            "This has to be live by {v}, the auditors come right after.",
            "I'm away from {v} on, so let's not drag it out.",
            "The contract runs out on {v}.",
            "We promised the client something for {v}.",
            "After {v} nobody will be around to approve it.",
            "Mum flies home on {v}.",
            "They switch the old system off on {v}.",
        ),
        "version": (
            "We're stuck on {v} because of the drivers.",
            "It worked before we went to {v}.",
            "Please keep it compatible with {v}.",
            "The cluster runs {v}, don't ask why.",
            "Anything newer than {v} breaks their client.",
            "Their laptops still come with {v}.",
            "Nobody dared to go past {v} so far.",
        ),
        "code": (
            "What I see in the console is {v}, every single time.",
            "Customers get {v} on the last page.",
            "Half of the time it ends with {v}.",
            "Support says that people keep quoting {v} to them.",
            "After that the lamp blinks and it prints {v}.",
            "You get a red bar with {v} in it.",
        ),
        "email": (
            "Send the write-up to {v} when it's there.",
            "My colleague's address is {v}, cc them.",
            "{v} should get a copy too.",
            "If in doubt drop a line to {v}.",
            "She reads {v} twice a day.",
            "Anything about money lands at {v}.",
        ),
        "url": (
            "The dashboard is at {v}, if that helps.",
            "Have a look at {v} first.",
            "I put some background on {v} a while ago.",
            "Their docs on it: {v}",
            "I keep my notes on {v}.",
            "The old form lives on at {v}.",
        ),
        "commit": (
            "I bisected it, {v} is where it starts.",
            "Nothing was wrong before {v}.",
            "Going back to {v} makes the problem go away.",
            "My guess would be {v}, that touched the parser.",
            "Piotr says {v} is to blame.",
            "It was still fine at {v}.",
        ),
        "command": (
            "What brings it back is `{v}`.",
            "Run `{v}` when you're through, that's how we do it here.",
            "On my machine `{v}` does the trick.",
            "The runbook has `{v}` for this.",
            "Nina always types `{v}` first.",
            "After a power cut we do `{v}` and it comes back.",
        ),
        "port": (
            "The replica listens on port {v}, not on the usual one.",
            "Use port {v} for the tunnel.",
            "For staging you connect on port {v}.",
            "I left a proxy running on port {v}.",
            "The little box in the hall answers on {v}.",
            "There is a second one on port {v}, for visitors.",
        ),
        "person": (
            "{v} from compliance has to sign this off.",
            "If it gets hairy, talk to {v}, who built most of it.",
            "The flat is in the name of {v}, by the way.",
            "Only {v} has access to that account.",
            "It was {v} who asked for this in the first place.",
            "The keys are with {v}.",
            "{v} is going to take over from me in spring.",
        ),
        "product": (
            "We decided on {v} in the end.",
            "Let's go with {v} for this.",
            "Settled: it'll be {v}.",
            "Everyone was in favour of {v}, so that's what it will be.",
            "Build it on {v}, please.",
            "The new colleagues brought {v} with them, and it stayed.",
            "We pay for {v} anyway.",
        ),
        "quantity": (
            "Anything over {v} is unacceptable for them.",
            "The limit has to stay at {v}.",
            "Retry, but give up after {v}.",
            "The old one took {v} at the very most.",
            "We can't afford more than {v} there.",
            "It gives up after {v}, which nobody understands.",
            "There is room for {v}, not a bit more.",
        ),
        "reference": (
            "My booking is {v}.",
            "The part I ordered is {v}, in grey.",
            "It's about reservation {v}.",
            "{v} is what it says on my confirmation.",
            "The serial on the back reads {v}.",
            "The sticker says {v}.",
            "At the counter they wanted to see {v}.",
        ),
        "clock": (
            "The meeting starts at {v}.",
            "They call back at {v}.",
            "Backups begin at {v}.",
            "The courier rings at {v}, every day.",
            "The gate closes at {v}.",
        ),
        "phone": (
            "You reach him under {v}.",
            "The hotline is {v}.",
            "You can leave a message on {v}.",
            "Her new number is {v}.",
        ),
        "codename": (
            "The project goes by the name {v}.",
            "Our mascot is {v}.",
            "Among ourselves the whole thing is called {v}.",
            "The cat in the logo is {v}.",
        ),
        "place": (
            "The office is at {v}.",
            "Deliver it to {v}, please.",
            "We meet at {v}.",
            "The boxes are stored at {v}.",
        ),
        "count": (
            "We have {v} left.",
            "The order is for {v}.",
            "There are {v} in the cellar.",
            "The bus brings {v} each time.",
        ),
        "share": (
            "The discount is {v}.",
            "{v} of the requests fail.",
            "They took {v} off the price.",
            "About {v} of them never answer.",
        ),
    },
)
