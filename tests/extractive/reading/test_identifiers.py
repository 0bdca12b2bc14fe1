"""What counts as an identifier, and that finding them never takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive import Kind, extract_identifiers


def values(text: str) -> dict[str, Kind]:
    return dict(extract_identifiers(text))


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Look at src/app/main.py:12 first.", "src/app/main.py:12", Kind.PATH),
        ("It is in ../lib/y.ts, I think", "../lib/y.ts", Kind.PATH),
        (r"On his machine C:\Users\kim\report.xlsx", r"C:\Users\kim\report.xlsx", Kind.PATH),
        ("Open README.md.", "README.md", Kind.PATH),
        ("see https://a.example.org/x?y=1&z=2.", "https://a.example.org/x?y=1&z=2", Kind.URL),
        ("upload to sftp://files.example.org/in", "sftp://files.example.org/in", Kind.URL),
        ("mail priya.raman@example.com, please", "priya.raman@example.com", Kind.EMAIL),
        ("Order ORD-12345 is late", "ORD-12345", Kind.ID),
        ("Merge #482 today", "#482", Kind.ID),
        ("user mia_li_3668", "mia_li_3668", Kind.ID),
        ("announce it in #treasury-incidents", "#treasury-incidents", Kind.ID),
        ("charged $1,200.50 twice", "$1,200.50", Kind.AMOUNT),
        ("It opens on 16 March, 4417 people came.", "16 March", Kind.DATE),
        ("It opens on 16 March, 2027, they say.", "16 March, 2027", Kind.DATE),
        ("le 5 mai, 1200 personnes", "5 mai", Kind.DATE),
        ("until 2 June, 2000 EUR at most", "2 June", Kind.DATE),
        ("that is EUR 23,871.40", "EUR 23,871.40", Kind.AMOUNT),
        ("每笔48,312.70元人民币", "48,312.70元", Kind.AMOUNT),
        ("by 3 June 2026.", "3 June 2026", Kind.DATE),
        ("on May 20th we fly", "May 20th", Kind.DATE),
        ("until 2026-03-19 12:00 CET", "2026-03-19 12:00 CET", Kind.DATE),
        ("会议定在2026年3月14日上午", "2026年3月14日", Kind.DATE),
        ("3月18日までに", "3月18日", Kind.DATE),
        ("契約は28 May 2027で終わります", "28 May 2027", Kind.DATE),
        ("am 14. März 2026 um", "14. März 2026", Kind.DATE),
        ("le 14 mars, à midi", "14 mars", Kind.DATE),
        ("el 14 de marzo de 2026", "14 de marzo de 2026", Kind.DATE),
        ("до 3 марта включительно", "3 марта", Kind.DATE),
        ("३ मार्च को", "३ मार्च", Kind.DATE),
        ("3월 14일에 만나요", "3월 14일", Kind.DATE),
        ("마감은 2026년 3월 14일입니다", "2026년 3월 14일", Kind.DATE),
        ("في ١٤ مارس ٢٠٢٦", "١٤ مارس ٢٠٢٦", Kind.DATE),
        ("14 tammikuuta 2026 asti", "14 tammikuuta 2026", Kind.DATE),
        ("at 09:30, not later", "09:30", Kind.DATE),
        ("by 5 pm on Friday", "5 pm", Kind.DATE),
        ("um 17 Uhr 30 los", "17 Uhr 30", Kind.DATE),
        ("下午3点半开会", "3点半", Kind.DATE),
        ("due 03-14-2026.", "03-14-2026", Kind.DATE),
        ("kostet 1.250,00 €, netto", "1.250,00 €", Kind.AMOUNT),
        ("coûte 1\u202f250,00 € net", "1\u202f250,00 €", Kind.AMOUNT),
        ("стоит 1 250 000 руб. за", "1 250 000 руб.", Kind.AMOUNT),
        ("custa R$ 1.250,00 hoje", "R$ 1.250,00", Kind.AMOUNT),
        ("가격은 12,000원이다", "12,000원", Kind.AMOUNT),
        ("costs ₹500 now", "₹500", Kind.AMOUNT),
        ("we are on v1.22.3 now", "v1.22.3", Kind.VERSION),
        ("it says ECONNRESET", "ECONNRESET", Kind.ERROR),
        ("ended with exit code 137", "exit code 137", Kind.ERROR),
        ("psycopg.ProgrammingError: no", "psycopg.ProgrammingError", Kind.ERROR),
        ("since 7be41d9a it fails", "7be41d9a", Kind.HASH),
        ("id 550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000", Kind.HASH),
        ("run `make reindex SHARD=4` now", "make reindex SHARD=4", Kind.COMMAND),
        ("connect to 10.0.4.7:5432", "10.0.4.7:5432", Kind.HOST),
        ("it takes 380 ms", "380 ms", Kind.QUANTITY),
        ("客户的订单号是ORD-999。", "ORD-999", Kind.ID),
        ('{"reservation_id":"4WQ150"}', "4WQ150", Kind.ID),
        ("set DATABASE_URL", "DATABASE_URL", Kind.SYMBOL),
        ("log in to db1.hotel.fr now", "db1.hotel.fr", Kind.HOST),
        ("it is at www.beispiel.ru.", "www.beispiel.ru", Kind.HOST),
        ("look at www.point.md", "www.point.md", Kind.HOST),
        ("served by example.co.uk", "example.co.uk", Kind.HOST),
        ("and by toko.co.id", "toko.co.id", Kind.HOST),
        ("moved to foo.eu", "foo.eu", Kind.HOST),
        ("bought at eu.shop.it", "eu.shop.it", Kind.HOST),
        ("bought at www.shop.it", "www.shop.it", Kind.HOST),
        ("shop.it:443 answers", "shop.it:443", Kind.HOST),
        ("mail info@shop.it", "info@shop.it", Kind.EMAIL),
        ("auf beispiel.de", "beispiel.de", Kind.HOST),
        ("en tienda.es", "tienda.es", Kind.HOST),
        ("пиши на почта.рф", "почта.рф", Kind.HOST),
        ("db1.hotel.fr:5432 is closed", "db1.hotel.fr:5432", Kind.HOST),
        ("see shop.it/sale/3", "shop.it/sale/3", Kind.URL),
        ("pull ghcr.io/acme/till:2.4", "ghcr.io/acme/till:2.4", Kind.PATH),
        ("see www.beispiel.ru/pfad", "www.beispiel.ru/pfad", Kind.URL),
        ("see main.py/lib/x", "main.py/lib/x", Kind.PATH),
        ("read os.path first", "os.path", Kind.SYMBOL),
        ("by user.id, descending", "user.id", Kind.SYMBOL),
        ("set self.it to 1", "self.it", Kind.SYMBOL),
        ("call userService.at", "userService.at", Kind.SYMBOL),
        ("write minutes.odt", "minutes.odt", Kind.PATH),
        ("and sums.ods too", "sums.ods", Kind.PATH),
        ("the deck is deck.pptx", "deck.pptx", Kind.PATH),
        ("see IMG_2231.HEIC", "IMG_2231.HEIC", Kind.PATH),
        ("cut clip.mp4", "clip.mp4", Kind.PATH),
        ("mount App.vue", "App.vue", Kind.PATH),
        ("run main.dart", "main.dart", Kind.PATH),
        ("include rules.mk", "rules.mk", Kind.PATH),
        ("link libssl.so", "libssl.so", Kind.PATH),
        ("load mod_ssl.so", "mod_ssl.so", Kind.PATH),
        ("pay to DE02 1203 0000 0000 2020 51.", "DE02 1203 0000 0000 2020 51", Kind.ID),
        ("or GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32", Kind.ID),
        ("call +49 170 1234567", "+49 170 1234567", Kind.ID),
        ("call +1 (415) 555-0132", "+1 (415) 555-0132", Kind.ID),
        ("ring (0171) 555 0142", "(0171) 555 0142", Kind.ID),
        ("ring 0171 555 0142", "0171 555 0142", Kind.ID),
        ("или 8 (800) 555-35-35", "8 (800) 555-35-35", Kind.ID),
        ("appelle le 06 12 34 56 78", "06 12 34 56 78", Kind.ID),
        ("电话+86 138 0013 8000。", "+86 138 0013 8000", Kind.ID),
        ("번호는 0171 555 0142로", "0171 555 0142", Kind.ID),
        ("appelle le 01 23 45 67 89", "01 23 45 67 89", Kind.ID),
        ("card 4111 1111 1111 1111", "4111 1111 1111 1111", Kind.ID),
        ("card 3782 822463 10005", "3782 822463 10005", Kind.ID),
        ("card 3056 930902 5904", "3056 930902 5904", Kind.ID),
        ("it is 5 thousand dollars", "5 thousand dollars", Kind.AMOUNT),
        ("kostet 5 Mio. Euro", "5 Mio. Euro", Kind.AMOUNT),
        ("coûte 20 livres sterling", "20 livres sterling", Kind.AMOUNT),
        ("it cost 2024 yen", "2024 yen", Kind.AMOUNT),
        ("coûte 3 millions d'euros", "3 millions d'euros", Kind.AMOUNT),
        ("cuesta 2 millones de pesos", "2 millones de pesos", Kind.AMOUNT),
        ("custa 5 mil reais", "5 mil reais", Kind.AMOUNT),
        ("costa 15 mila euro", "15 mila euro", Kind.AMOUNT),
        ("стоит 5 тысяч рублей", "5 тысяч рублей", Kind.AMOUNT),
        ("بسعر 5 آلاف ريال", "5 آلاف ريال", Kind.AMOUNT),
        ("कीमत ५ हज़ार रुपये है", "५ हज़ार रुपये", Kind.AMOUNT),
        ("一共3万块", "3万块", Kind.AMOUNT),
        ("全部で2千円です", "2千円", Kind.AMOUNT),
        ("全部で3万5千円です", "3万5千円", Kind.AMOUNT),
        ("가격은 3만 원이다", "3만 원", Kind.AMOUNT),
        ("가격은 12만 5천 원이다", "12만 5천 원", Kind.AMOUNT),
        ("that is USD 3 million", "USD 3 million", Kind.AMOUNT),
        ("são R$ 5 mil", "R$ 5 mil", Kind.AMOUNT),
    ],
)
def test_finds(text: str, value: str, kind: Kind) -> None:
    assert values(text).get(value) == kind


@pytest.mark.parametrize(
    "text",
    [
        "and/or",
        "e.g. this",
        "the 3rd time",
        "a 24-hour day",
        "5 real problems",
        "12:30:45",
        "Hello there, friend.",
        "yes",
    ],
)
def test_leaves_ordinary_words_alone(text: str) -> None:
    assert extract_identifiers(text) == []


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefghijklmnop1234",
        "ghp_abcdefghijklmnop1234567890",
        "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+IBAAKCAQ/8a9b\n-----END RSA PRIVATE KEY-----",
        "password=hunter2hunter2",
    ],
)
def test_leaves_credentials_out(secret: str) -> None:
    found = " ".join(values(f"The order is ORD-1234 and the key {secret} is ours"))
    assert "ORD-1234" in found
    assert not any(piece in found for piece in (secret, "IOSFODNN7", "abcdefghij", "MIIEow", "hunter2"))


@pytest.mark.parametrize(
    "text",
    [
        "2023 2024 2025 2026",
        "1998 2011 2016 2023",
        "ports 8080 8081 8082 8083",
        "Ids 1001 1002 1003",
        "1000 2000 3000 4000",
        "4111 1111 1111 1112",
        "5000 5125 5250 5375",
        "012 345 678",
        "001 002 003",
        "1024 2048 512 64",
        "PL01 PL02 PL03 PL04",
        "01/02/2026 12:30",
        "2020-03-04 12 30 45",
        "4865 6666 6620 1234 1234 1234 1234 1234",
        "a deviation of +1.23456789",
    ],
)
def test_numbers_in_a_row_are_not_groups_of_one(text: str) -> None:
    assert not any(" " in value or value.startswith("+") for value in values(text))


@pytest.mark.parametrize(
    "text",
    [
        "In 2024 yen fell",
        "worth more in 2024 dollars",
        "In 1999 EUR was new",
        "20 livres of books",
        "j'ai lu 20 livres",
    ],
)
def test_a_year_is_no_amount_and_neither_are_books(text: str) -> None:
    assert Kind.AMOUNT not in values(text).values()


@pytest.mark.parametrize(
    "text", ["p.es. oggi", "Washington D.C. is", "the U.S. army", "at 5.pm", "edit MANIFEST.in", "pyconfig.h.in too"]
)
def test_what_is_shortened_is_no_host_and_no_file(text: str) -> None:
    assert not {Kind.HOST, Kind.PATH} & set(values(text).values())


@pytest.mark.parametrize(
    "name",
    # Members, files of make and its kin, and two sentences without a blank between them, in several languages.
    [
        "np.ma",
        "sys.ps",
        "plt.cm",
        "list.at",
        "date.no",
        "date.tz",
        "Makefile.am",
        "config.ac",
        "foo.la",
        "requirements.in",
        "done.by",
        "ok.it",
        "see.me",
        "fine.my",
        "ok.so",
        "Montag.im",
        "Dann.so",
        "C'est.la",
        "fini.ne",
        "bien.se",
        "vamos.na",
        "bene.ci",
    ],
)
def test_what_ends_with_a_word_is_no_host_and_no_file(name: str) -> None:
    assert not {Kind.HOST, Kind.PATH, Kind.URL} & set(values(f"Then {name} came").values())


def test_finds_each_once_in_the_order_they_stand() -> None:
    assert [found.value for found in extract_identifiers("ORD-2000 before ORD-1000 and again ORD-2000")] == [
        "ORD-2000",
        "ORD-1000",
    ]


@given(st.text())
def test_takes_any_text_and_finds_what_is_in_it(text: str) -> None:
    assert all(found.value in text for found in extract_identifiers(text))


@pytest.mark.parametrize(
    "text",
    [
        "1," * 100_000,
        "/" * 200_000,
        " ".join("/" * 239 + f":{n}" for n in range(800)),
        " ".join("a_" * 118 + f".{n}-" for n in range(800)),
        "-----BEGIN RSA PRIVATE KEY-----" * 6_000,
        "eyJ-" * 50_000,
        "`a" * 100_000,
        "a@" * 100_000,
        "://a:" * 40_000,
        "1 000" * 60_000,
        "1 000 " * 60_000,
        "14. de " * 50_000,
        "3 abcdefghijk " * 30_000,
        "R$ 1" * 60_000,
        "0123 4567 " * 30_000,
        "+1-23" * 60_000,
        "AB12 3456" + " 1A2B" * 60_000,
        "(0171) " * 40_000,
        " ".join("a." * 118 + f"b{n}" for n in range(800)),
    ],
    ids=[
        "digits",
        "slashes",
        "slash tokens",
        "underscores",
        "keys",
        "jwt",
        "quotes",
        "at signs",
        "users",
        "groups",
        "spaces",
        "months",
        "words",
        "signs",
        "telephones",
        "plus signs",
        "accounts",
        "area codes",
        "points",
    ],
)
def test_is_linear_whatever_the_text(text: str) -> None:
    started = time.process_time()
    extract_identifiers(text)
    # A pattern that tries stretches twice takes minutes here.
    assert time.process_time() - started < 3


@pytest.mark.parametrize("mark", ["،", "؛", "؟", "۔", "।", "॥", "。", "？", "、"])
@pytest.mark.parametrize("value", ["A-1012", "/srv/app/main.py", "https://a.example/x", "2026-03-04"])
def test_a_mark_behind_a_value_is_no_part_of_it_in_any_script(value: str, mark: str) -> None:
    assert value in values(f"{value}{mark}")
