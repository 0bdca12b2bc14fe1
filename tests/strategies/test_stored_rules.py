"""What is stored of a message beside the message itself is what the rules of its version say.

These hashes are of what the rules work out of a fixed corpus. Where a rule was changed on purpose, its version is
raised, so that what is stored already is worked out anew, and the new hash stands here for it. Under a version that has
been released no hash is ever replaced.
"""

import hashlib
from collections.abc import Iterable

from compactd.extractive.ledger.members import members_of
from compactd.extractive.reading import digest
from compactd.extractive.reading.reader import Reader
from compactd.strategies.credential_names import ASSIGNED, NAMES
from compactd.strategies.presentation import is_plain
from compactd.strategies.rules_version import RULES_VERSION
from compactd.strategies.secrets import FORMS
from compactd.strategies.steps import finished
from compactd.strategies.transcript import heading, spoken
from tests.builders.message_corpus import CREDENTIALS, corpus

SHOWN = {
    1: "f9adacee73e88f69aab2a7d76694488b3ee355a44940b8ef1f370cc3dfde7511",
    2: "e50b06cbe6909302e6e850c12dcf0e53b616eb97e7cb8179e99cccda3ea7ffe1",
    3: "ee11fa2685abfd35e4db60cabede38004f848c58797d8754aebbf0294f2bccc9",
    4: "26298d366f46242a9dcccb337712d28d7970c546d73790b018ba3d10be28efc7",
    5: "26298d366f46242a9dcccb337712d28d7970c546d73790b018ba3d10be28efc7",
}
"""By RULES_VERSION."""

READ = {
    1: "eb22423a04a772f5c1ab4d48d67299d024028abe186b4626802bd5289225397f",
    2: "63da42c6789693c90dc87838e78cccd851cad6bb3bdabc9f6667133923a65c51",
    3: "00dc32dcf67ea39fb3957844aa45b76da5114816e3796257094d335d8b798cd6",
    4: "c031f42d8876ef51c9e8f157febf9eff42bfd97e2de36986acf485ca41ef284a",
    5: "82d9acfb27b30a2b48173d86c20e2bd2ba42fe1cc3ec84f34a2332b3d0755113",
    6: "9f8c4680dbca0d58d099f4fe01fa761284e754a696ac876248e0da70a995eb19",
    7: "fbce8b710e9b4941c3bfff200ba5fbc8e241cb30bc4f4afa597665bf36c45af6",
    8: "8c57a4cb6026c8e895b7ae20179e260040d8e9fb8ffde74217d50895641f0d45",
    9: "fabbbfb50d5f0f184e31f64d7ec787750b665a4ab9a255e88a6c33f6c6818118",
    10: "c445fe95553023b722c4afec63307bec1405a81913e96a71cec6fb3f3e2b3dd0",
    11: "046db1b788771cb055cc092ee0ce4983d47f216e583c0535753667bfde2e7f79",
    12: "211db0311ffbc861fe883647758355f348be0cb73e2f15729ae4b2ff80c59260",
    13: "0a18a063615f670b85574824bc4dcde7671ed61c98cd11ddc52d53f1ad6cd390",
    15: "ef00fb7e6d79e6f34f602f73fd29b6c3a16ec2c6e9d1ace4aa5f7e07c415a6a6",
    14: "23725a75dac70a45fe98bfb431f9a39628a5129e2c782c196ad022c6009a352e",
    16: "ea20570de3c16674a9e4a06638dac2ea56724c13637bc1a873f0e0aa7b3f3c0b",
    17: "872888b9063e30bcffe7fc552a3aeb079ea8173b368f3bedb231077ecd775781",
    18: "b6e75f816b5a7f4f3cbd767a46c3e3fb53b410da3f613e43dd4f4d97e5cef165",
    19: "802d15de000d7fb2ae6b72a06cdb15c96d26b2e03a21fc308df2940e600d5c0f",
}
"""By the digest's VERSION."""


def hashed(pieces: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(b"%d:" % len(piece) + piece)
    return whole.hexdigest()


def test_transcripts_and_views_follow_the_rules_of_their_version() -> None:
    shown = (f"{heading(message, tool)}\n{spoken(message)}\n{is_plain(message)}".encode() for message, tool in corpus())
    assert hashed(shown) == SHOWN.get(RULES_VERSION), "raise RULES_VERSION in strategies/rules_version.py"


def test_digests_follow_the_rules_of_their_version() -> None:
    read = finished(Reader().read([message for message, _ in corpus()]))
    stored = (part or b"" for found in read for part in (digest.encode_digest(found), *members_of(found)))
    assert hashed(stored) == READ.get(digest.VERSION), "raise digest.VERSION"


def test_every_form_of_a_credential_is_in_the_corpus() -> None:
    for form in FORMS:
        assert any(form.pattern.search(text) for text in CREDENTIALS), form.pattern.pattern
    assigned = [message.text for message, _ in corpus() if ASSIGNED.search(message.text)]
    assert all(any(text.startswith(f"{name}:") for text in assigned) for name in NAMES)
