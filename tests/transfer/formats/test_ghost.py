import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import SAMPLES, TEXT, WORDS, left_out, of, records, written
from transfer.formats import ghost
from transfer.formats.records import (
    Author,
    Blog,
    Changed,
    FormatError,
    LeftOut,
    Post,
    PostKind,
    Record,
    Tag,
)

SAMPLE = SAMPLES / "by-hand-ghost.json"
URL = "https://carnets.example"
DATE = "2021-03-28T00:30:00.000Z"


def post(key: str = "1", **columns: Any) -> dict[str, Any]:
    return {
        "id": key,
        "title": "Titre",
        "slug": f"billet-{key}",
        "html": "<p>Texte</p>",
        "type": "post",
        "status": "published",
        "visibility": "public",
        "created_at": "2020-01-02T03:04:05.000Z",
        "published_at": DATE,
        **columns,
    }


def export(**tables: list[dict[str, Any]]) -> str:
    return json.dumps(
        {"db": [{"meta": {"exported_on": 1, "version": "6.0.8"}, "data": tables}]}, ensure_ascii=False
    )


def read(folder: Path, **tables: list[dict[str, Any]]) -> list[Record]:
    return records(ghost, written(folder, export(**tables)), url=URL)


def test_every_row_of_the_sample_is_read_or_left_out_with_a_reason() -> None:
    data = json.loads(SAMPLE.read_text())["db"][0]["data"]
    found = records(ghost, SAMPLE, url=URL)
    left = left_out(found)
    assert len(of(Post, found)) + left["post"] == len(data["posts"]) == 7
    assert len(of(Tag, found)) + left["tag"] == len(data["tags"]) == 2
    assert len(of(Author, found)) + left["user"] == len(data["users"]) == 1


def test_the_sample_is_read_as_its_readers_saw_it() -> None:
    found = records(ghost, SAMPLE, url=URL)
    assert of(Blog, found) == [Blog(title="Les Carnets", url=URL)]
    posts = {record.slug: record for record in of(Post, found)}
    first = posts["lecluse"]
    assert first.title == "L’écluse & l’aube"
    assert first.body == (
        f'<p>Voir <a href="{URL}/carte/">la carte</a> <img src="{URL}/content/images/2021/03/pont.jpg"></p>'
        "<div>brut</div>"
    )
    assert first.image == f"{URL}/content/images/2021/03/a.jpg"
    assert (first.tags, first.author, first.excerpt) == (("t1",), "u1", "Chapeau")
    assert (first.paths, first.base) == (("/lecluse/",), f"{URL}/lecluse/")
    assert posts["programme"].published_at == datetime(2031, 5, 1, 5, tzinfo=UTC)
    assert posts["a-propos"].kind is PostKind.PAGE
    assert {slug for slug, record in posts.items() if record.published_at is None} == {
        "brouillon",
        "membres",
        "lettre",
    }
    assert posts["membres"].body == "<p>gratuit</p>"
    assert "payant" not in str(found)
    assert posts["brouillon"].body == "<p>Brouillon</p>"
    assert left_out(found) == {"tag": 1}
    assert Counter(changed.key[-1] for changed in of(Changed, found)) == {"2": 1, "4": 2, "6": 1}


def test_without_an_address_links_start_at_the_root() -> None:
    (first, *_) = of(Post, records(ghost, SAMPLE))
    assert '<a href="/carte/">' in first.body
    assert (first.image, first.base) == ("/content/images/2021/03/a.jpg", "")


BODIES = TEXT.filter(lambda text: bool(text.strip()))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(WORDS, BODIES, st.lists(WORDS, max_size=3, unique=True)), max_size=3),
    st.booleans(),
    st.data(),
)
def test_what_is_written_is_read_back(
    posts: list[tuple[str, str, list[str]]], wrapped: bool, data: st.DataObject
) -> None:
    names = sorted({name for *_, tags in posts for name in tags})
    tables: dict[str, list[dict[str, Any]]] = {
        "posts": [post(str(n), title=title, html=body) for n, (title, body, _) in enumerate(posts)],
        "tags": [{"id": name, "name": name.replace("#", "n"), "slug": "s"} for name in names],
        "posts_tags": [
            {"post_id": str(n), "tag_id": tag, "sort_order": order}
            for n, (*_, tags) in enumerate(posts)
            for order, tag in reversed(list(enumerate(tags)))
        ],
    }
    shuffled = dict(data.draw(st.permutations(list(tables.items()))))
    content = export(**shuffled) if wrapped else json.dumps({"data": shuffled, "meta": {"version": "3"}})
    with TemporaryDirectory() as folder:
        found = records(ghost, written(Path(folder), content))
    assert [(p.title, p.body, list(p.tags)) for p in of(Post, found)] == posts
    assert len(of(Tag, found)) == len(names)
    assert not of(LeftOut, found)
    assert not of(Changed, found)


@pytest.mark.parametrize("visibility", ["members", "paid", "tiers", "?"])
def test_what_not_everybody_could_read_becomes_a_draft(tmp_path: Path, visibility: str) -> None:
    found = read(tmp_path, posts=[post(visibility=visibility)])
    assert of(Post, found)[0].published_at is None
    assert len(of(Changed, found)) == 1


@pytest.mark.parametrize(("status", "told"), [("draft", 0), ("sent", 1), ("?", 1), (None, 1)])
def test_what_was_not_in_the_blog_is_a_draft(tmp_path: Path, status: str | None, told: int) -> None:
    found = read(tmp_path, posts=[post(status=status)])
    assert of(Post, found)[0].published_at is None
    assert len(of(Changed, found)) == told


def test_a_public_post_is_whole_but_for_blocks_that_only_members_saw(tmp_path: Path) -> None:
    html = (
        "<p>a</p><!--members-only--><p>b</p>"
        '<!--kg-gated-block:begin nonMember:true memberSegment:"" --><p>c</p><!--kg-gated-block:end-->'
        '<!--kg-gated-block:begin nonMember:false memberSegment:"status:free" -->\n<p>d</p><!--kg-gated-block:end-->'
    )
    found = read(tmp_path, posts=[post(html=html)])
    assert of(Post, found)[0].body == "<p>a</p><!--members-only--><p>b</p><p>c</p>"
    assert [changed.reason for changed in of(Changed, found)] == [
        "The part that only members could read does not come over."
    ]


def test_a_draft_is_whole(tmp_path: Path) -> None:
    html = "<p>a</p><!--members-only--><p>b</p>"
    assert (
        of(Post, read(tmp_path, posts=[post(status="draft", visibility="paid", html=html)]))[0].body == html
    )


def test_drafts_that_were_never_rendered_keep_their_paragraphs(tmp_path: Path) -> None:
    sections = [
        [1, "p", [[0, [], 0, "un "], [0, [0], 1, "<deux>"]]],
        [3, "ul", [[[0, [], 0, "trois"]]]],
        [10, 0],
    ]
    deep: dict[str, Any] = {"text": "fond"}
    for _ in range(200):
        deep = {"children": [deep]}
    found = read(
        tmp_path,
        posts=[
            post("1", html=None, mobiledoc=json.dumps({"sections": sections})),
            post("2", html=None, lexical="{", mobiledoc='{"sections": [[1]]}'),
            post("3", html=None, lexical=json.dumps({"root": {"children": [deep, {"text": "haut"}]}})),
        ],
    )
    assert [record.body for record in of(Post, found)] == [
        "<p>un &lt;deux&gt;</p>\n<p>trois</p>",
        "",
        "<p>haut</p>",
    ]


def test_impossible_dates_have_a_fallback(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        posts=[post(published_at=None), post("2", published_at="2021-02-30T00:00:00Z", created_at="?")],
    )
    assert [record.published_at for record in of(Post, found)] == [
        datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]
    assert len(of(Changed, found)) == 2


@pytest.mark.parametrize("date", [1616891400000, "2021-03-28 00:30:00", DATE])
def test_dates_are_read_as_any_release_wrote_them(tmp_path: Path, date: object) -> None:
    (found,) = of(Post, read(tmp_path, posts=[post(published_at=date)]))
    assert found.published_at == datetime(2021, 3, 28, 0, 30, tzinfo=UTC)


def test_an_id_that_stands_twice_or_not_at_all_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, posts=[post(), post(), post("", slug="sans"), post("2", type="tier")])
    assert len(of(Post, found)) == 1
    assert [record.key for record in of(LeftOut, found)] == ["1", "sans", "2"]


def test_the_first_author_is_named_and_the_others_are_told(tmp_path: Path) -> None:
    joined = [{"post_id": "1", "author_id": key, "sort_order": order} for key, order in (("b", 1), ("a", 0))]
    found = read(tmp_path, posts=[post(), post("2", author_id="c")], posts_authors=joined)
    assert [record.author for record in of(Post, found)] == ["a", "c"]
    assert [changed.key for changed in of(Changed, found)] == ["1"]


def test_a_blog_below_a_path_has_its_paths_there(tmp_path: Path) -> None:
    path = written(tmp_path, export(posts=[post()], tags=[{"id": "t", "name": "Eau", "slug": "eau"}]))
    found = records(ghost, path, url=f"{URL}/blog")
    assert (of(Tag, found)[0].paths, of(Post, found)[0].paths) == (("/blog/tag/eau/",), ("/blog/billet-1/",))


def test_values_of_any_type_do_no_harm(tmp_path: Path) -> None:
    odd: dict[str, Any] = {
        "title": 5,
        "slug": None,
        "html": ["x"],
        "custom_excerpt": {},
        "featured": 1e3,
        "feature_image": False,
    }
    (found,) = of(
        Post, read(tmp_path, posts=[post(**odd)], tags=[{}], users=[{"id": 1}], settings=[{"key": None}])
    )
    assert (found.title, found.body, found.paths) == ("5", "", ())


@pytest.mark.parametrize("cut", [40, 200, 3000, -2])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, SAMPLE.read_bytes()[:cut])
    with pytest.raises(FormatError, match="cut off, or no JSON"):
        records(ghost, path)


def test_a_file_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '{"data":{"posts":[' + "[" * 200_000)
    with pytest.raises(FormatError, match="64 levels"):
        records(ghost, path)


def test_bytes_that_are_no_utf8_are_replaced(tmp_path: Path) -> None:
    content = export(posts=[post(title="déjà")]).encode().replace("é".encode(), b"\xe9")
    assert of(Post, records(ghost, written(tmp_path, content)))[0].title == "d\ufffdjà"


@pytest.mark.parametrize("before", [0, 65_500, 65_530, 65_536])
def test_halves_of_characters_are_replaced_and_nothing_else(tmp_path: Path, before: int) -> None:
    title = "a\ud83d\ud83d\ude00b\ude00\\ud83d\\\\"
    for shift in range(14):
        posts = [post(html="x" * (before + shift), title=title)]
        path = written(tmp_path, json.dumps({"data": {"posts": posts}}))
        (found,) = of(Post, records(ghost, path))
        assert found.title == "a\ufffd\U0001f600b\ufffd\\ud83d\\\\"
