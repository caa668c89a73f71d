"""A WordPress export of any size, the same each time: posts in French, each with a thread of comments.

`python -m benchmarks.imports.wxr 700` writes one of 700 MiB, reads it in a process of its own, and says how long that
took and how much memory it needed.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from transfer.formats.detection import find
from transfer.formats.records import Options

BEGINNING = datetime(2008, 1, 1)  # noqa: DTZ001 - exports have wall clocks
WORDS = """canal écluse l’aube péniche berge où déjà très loin rivière chemin encre papier carnet lumière pluie été
hiver marche pont vieux quai bois pierre ville jardin cœur matin soir voyage lettre plume""".split()  # noqa: SIM905
POSTS_PER_MEBIBYTE = 10
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Carnets</title><link>https://carnets.example</link><language>fr-FR</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://carnets.example</wp:base_blog_url>
"""
ITEM = """<item><title><![CDATA[{title}]]></title><link>https://carnets.example/{date:%Y/%m}/post-{number}/</link>
<dc:creator><![CDATA[auteur{author}]]></dc:creator><content:encoded><![CDATA[{body}]]></content:encoded>
<excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_id>{number}</wp:post_id>
<wp:post_date_gmt><![CDATA[{date}]]></wp:post_date_gmt><wp:comment_status><![CDATA[open]]></wp:comment_status>
<wp:post_name><![CDATA[post-{number}]]></wp:post_name><wp:status><![CDATA[publish]]></wp:status>
<wp:post_type><![CDATA[post]]></wp:post_type><wp:post_password><![CDATA[]]></wp:post_password>
<category domain="category" nicename="rubrique-{author}"><![CDATA[Rubrique {author}]]></category>
"""
COMMENT = """<wp:comment><wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[Lecteur {guest}]]></wp:comment_author>
<wp:comment_author_email><![CDATA[lecteur{guest}@example.org]]></wp:comment_author_email>
<wp:comment_author_url></wp:comment_author_url><wp:comment_date_gmt><![CDATA[{date}]]></wp:comment_date_gmt>
<wp:comment_content><![CDATA[{body}]]></wp:comment_content><wp:comment_approved><![CDATA[1]]></wp:comment_approved>
<wp:comment_type><![CDATA[comment]]></wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent>
<wp:comment_user_id>0</wp:comment_user_id></wp:comment>
"""


def write(path: Path, mebibytes: int, seed: int = 1) -> None:
    """Writes an export of about that size."""
    random, numbers = Random(seed), count(1)  # noqa: S311 - it is content, not a secret
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(1, mebibytes * POSTS_PER_MEBIBYTE + 1):
            file.writelines(_item(number, numbers, random))
        file.write("</channel></rss>\n")


def _item(number: int, numbers: Iterator[int], random: Random) -> Iterator[str]:
    date = BEGINNING + timedelta(hours=number)
    body = "\n\n".join(_text(random, 120) for _ in range(4))
    yield ITEM.format(
        title=_text(random, 5), date=date, number=number, author=random.randrange(20), body=body
    )
    parent = 0
    for _ in range(100):
        own = next(numbers)
        date += timedelta(minutes=7)
        guest = random.randrange(5_000)
        yield COMMENT.format(number=own, guest=guest, date=date, body=_text(random, 70), parent=parent)
        parent = own if random.random() < 0.5 else 0  # noqa: PLR2004 - half of them are answered
    yield "</item>\n"


def _text(random: Random, words: int) -> str:
    return " ".join(random.choices(WORDS, k=words))


def _read(path: Path) -> None:
    began = time.perf_counter()
    records = Counter(type(record).__name__ for record in find(path).read(Options()))
    seconds = time.perf_counter() - began
    mebibytes = path.stat().st_size / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    speed = f"{mebibytes:.0f} MiB in {seconds:.0f} s ({mebibytes / seconds:.1f} MiB/s)"
    print(f"{speed}, at most {peak:.0f} MiB: {records}")  # noqa: T201


def main(arguments: list[str]) -> None:
    """Writes and reads one of so many mebibytes, or reads the file that is named."""
    if arguments and not arguments[0].isdecimal():
        _read(Path(arguments[0]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.xml")
        write(path, int(arguments[0]) if arguments else 700)
        subprocess.run([sys.executable, "-m", "benchmarks.imports.wxr", str(path)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
