"""The files of tokens and identities: what they may say, and what becomes of changes."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from compactd.access.identities import Identities
from compactd.access.token_table import TokenTable, hash_of, new_token
from compactd.access.watched_file import WatchedFile
from compactd.domain.principal import Principal, Scope

HASH = hash_of("canary")
BOTH = frozenset({Scope.READ, Scope.WRITE})

WRONG_TOKENS = {
    "empty": (b"", "it is empty"),
    "no UTF-8": (b"\xff", "it is no UTF-8"),
    "two words": (f"{HASH} team-a".encode(), "line 1: write three words"),
    "a token and no hash": (b"# tokens\ncanary team-a read", "line 2: begin with the SHA-256"),
    "a name with a control character": (
        b"a\x1bb team-a read",
        "line 1: what the caller is known by has to be printable",
    ),
    "an unknown scope": (f"{HASH} team-a read,canary".encode(), "line 1: write scopes as read, write or admin"),
    "spaces between scopes": (f"{HASH} team-a read, write".encode(), "line 1: write three words"),
    "a long namespace": (f"{HASH} {'x' * 129} read".encode(), "line 1: a namespace has at most 128"),
    "a namespace in other letters": (f"{HASH} тайна read".encode(), "line 1: a namespace has at most 128"),
    "twice": (f"{HASH} a read\n{HASH.upper()} b read".encode(), "line 2: this token has a line already"),
}


@pytest.mark.parametrize(("data", "sentence"), WRONG_TOKENS.values(), ids=WRONG_TOKENS)
def test_a_wrong_line_is_named_by_its_number_and_never_repeated(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as raised:
        TokenTable.of_file(data)
    for word in ("canary", HASH, "тайна"):
        assert word not in str(raised.value)


def test_a_file_of_comments_lets_nobody_in() -> None:
    assert len(TokenTable.of_file(b"# nobody\n\n  # yet\n")) == 0


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_token_is_known_and_no_other_one_is(token: str, other: str) -> None:
    digest = sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    table = TokenTable.of_file(f"{digest} team-a read,write".encode())
    assert table.principal(token) == Principal("team-a", BOTH, f"token:{digest[:8]}")
    assert (table.principal(other) is not None) is (other == token)


def test_our_own_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.startswith("cpd_") and len(token) == 47 for token in tokens)


IDENTITIES = Identities.of_file(
    b"spiffe://m/ns/a/* a read,write\nspiffe://m/ns/a/sa/x b read\nspiffe://m/ns/a/sa/* c read\nbob d read\n"
)


@pytest.mark.parametrize(
    ("identity", "namespace"),
    [
        ("spiffe://m/ns/a/y", "a"),
        ("spiffe://m/ns/a/sa/x", "b"),
        ("spiffe://m/ns/a/sa/xy", "c"),
        ("bob", "d"),
        ("bobby", None),
        ("spiffe://m/ns/ab", None),
        ("spiffe://m/ns/a", None),
        ("", None),
    ],
)
def test_the_longest_line_that_fits_says_what_an_identity_is(identity: str, namespace: str | None) -> None:
    principal = IDENTITIES.principal(identity)
    assert (principal and (principal.namespace, principal.name)) == (namespace and (namespace, identity))


def test_a_wildcard_stands_at_the_end_alone() -> None:
    with pytest.raises(ValueError, match="line 1: \\* can stand at the end"):
        Identities.of_file(b"spiffe://*/ns a read")


class Watched:
    """A file that is read as whole numbers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text("1")
        self.file = WatchedFile(path, int)

    def looked(self) -> tuple[int, list[str]]:
        """The value after a look, and the events of that."""
        with capture_logs() as logged:
            self.file.look()
        return self.file.value, [line["event"] for line in logged]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "number")


def test_a_file_is_read_again_when_it_has_changed_and_only_then(watched: Watched) -> None:
    assert watched.looked() == (1, [])
    watched.path.write_text("22")
    assert watched.looked() == (22, ["file reloaded"])
    assert watched.looked() == (22, [])
    watched.path.touch()
    assert watched.looked() == (22, [])


def test_a_file_that_another_one_takes_the_place_of_is_read(watched: Watched) -> None:
    beside = watched.path.with_name("new")
    beside.write_text("2")
    beside.rename(watched.path)
    assert watched.looked() == (2, ["file reloaded"])


def test_a_link_that_leads_elsewhere_is_followed(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "number").write_text("1" if folder == "one" else "2")
    (tmp_path / "data").symlink_to("one")
    file = WatchedFile(tmp_path / "data" / "number", int)
    (tmp_path / "other").symlink_to("two")
    (tmp_path / "other").rename(tmp_path / "data")
    assert file.look()
    assert file.value == 2


def test_a_file_that_is_wrong_or_gone_changes_nothing_and_is_told_once(watched: Watched) -> None:
    watched.path.write_text("canary")
    assert watched.looked() == (1, ["file not reloaded"])
    assert watched.looked() == (1, [])
    watched.path.unlink()
    assert watched.looked() == (1, ["file not reloaded"])
    assert watched.looked() == (1, [])
    watched.path.write_text("3")
    assert watched.looked() == (3, ["file reloaded"])


def test_what_is_told_of_a_wrong_file_is_its_name_and_what_is_wrong(watched: Watched, tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"{HASH} team-a read")
    tokens = WatchedFile(file, TokenTable.of_file)
    file.write_text(f"{HASH} team-a read\ncanary team-a read")
    with capture_logs() as logged:
        tokens.look()
    [line] = logged
    assert line["why"].startswith(f"{file}: line 2: begin with the SHA-256")
    assert "canary" not in str(logged)
    assert tokens.value.principal("canary") is not None


def test_a_file_that_cannot_be_read_at_the_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be read: No such file or directory\."):
        WatchedFile(tmp_path / "nothing", int)
    with pytest.raises(ValueError, match=r"cannot be read: Is a directory\."):
        WatchedFile(tmp_path, int)
