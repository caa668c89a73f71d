"""What people type into a search box: words of the texts, and what no text should choke on."""

from collections.abc import Iterator
from random import Random

from tests.search.matcher import Text

HOSTILE = [
    *(
        "",
        " ",
        "c++",
        "C#",
        '"unclosed',
        "AND",
        "OR",
        "NOT",
        "*",
        "a*",
        "a:b",
        ":",
        "::",
        "-",
        "--",
        "-*",
        "-the",
    ),
    *(
        '"',
        '""',
        "''",
        "'",
        "\\",
        "\0",
        "a\0b",
        "(",
        ")",
        "(a",
        "{",
        "^a",
        "=a",
        "=",
        "^",
        "+",
        "#",
        "NEAR(a b)",
    ),
    *(
        "words:a",
        "search_words:a",
        "rowid:1",
        "a & b",
        "a | b",
        "!a",
        "a <-> b",
        "'a':1",
        "a:*",
        "%",
        "_",
        "?1",
        "$1",
    ),
    *("thé", "the", "THÉ", "the\u0301", "thés", "œuvre", "oeuvre", "Œuvres", "l’entreprise", "l'entreprise"),
    *(
        "entreprise",
        "L'ENTREPRISES",
        "e\u0301te\u0301",
        "été",
        "ete",
        "été’",
        "東京",
        "東",
        "京都",
        "ß",
        "SS",
        "İ",
    ),
    *(
        "author:",
        "author:nobody",
        "author:'",
        "category:x",
        "tag:\ud800",
        "author:\ud800 a",
        "\ud800",
        "before:x",
    ),
    *(
        "before:0000",
        "after:9999-12-31",
        "before:2024-13",
        "after:2024-02-30",
        "in:x",
        "in:",
        "in:posts",
        "-in:posts",
    ),
    *(
        "x" * 10_000,
        "a " * 5_000,
        '"' * 1_000,
        "-a " * 500,
        "x" * 5_000 + " a",
        "\U0001f600",
        "\u202e a",
        "\ufeff",
    ),
    *(
        "“the old”",
        "« le vieux »",
        "TCP/IP",
        "don't",
        "foo_bar",
        "1.5",
        "a-b",
        "-a-b",
        '-"a b"',
        '"a b" -"a b"',
    ),
]


def questions(random: Random, texts: list[Text], count: int) -> Iterator[str]:
    """So many questions about these texts."""
    yield from HOSTILE
    for _ in range(count - len(HOSTILE)):
        yield " ".join(_part(random, random.choice(texts)) for _ in range(random.choice((1, 1, 2, 3))))


def _part(random: Random, text: Text) -> str:
    words = (text.title if random.random() < 0.3 else text.body) or ["nothing"]
    start = random.randrange(len(words))
    word = words[start]
    row = f'"{" ".join(words[start : start + random.randint(1, 4)])}"'
    day = f"{text.moment:%Y-%m-%d}"
    return random.choice(
        [
            *([word] * 6),
            *(word.upper(), word + "s", word.rstrip("s"), f"-{word}", f"l'{word}", row, row, f"-{row}"),
            *(f"before:{day}", f"after:{day}", f"in:{random.choice(('posts', 'comments'))}"),
            f"author:{text.author}",
            *(f"category:{slug}" for slug in sorted(text.categories)[:1]),
            *(f"tag:{slug}" for slug in sorted(text.tags)[:1]),
        ]
    )
