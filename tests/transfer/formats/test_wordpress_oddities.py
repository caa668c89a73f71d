from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.transfer.formats.xml_writing import (
    comment,
    elements,
    item,
    of,
    read,
    wxr,
)
from transfer.formats.records import (
    Blog,
    Changed,
    Comment,
    FormatError,
    Guest,
    LeftOut,
    Options,
    Post,
)


@pytest.mark.parametrize(
    ("fields", "expected", "change"),
    [
        (
            {"post_date_gmt": "0000-00-00 00:00:00", "post_date": "2021-07-01 12:00:00"},
            datetime(2021, 7, 1, 10, tzinfo=UTC),
            "",
        ),
        ({"post_date_gmt": "", "post_date": "2021-01-01 12:00:00"}, datetime(2021, 1, 1, 11, tzinfo=UTC), ""),
        (
            {"post_date_gmt": "2021-06-31 10:00:00", "post_date": "2021-07-01 12:00:00"},
            datetime(2021, 7, 1, 10, tzinfo=UTC),
            "Its date does not exist: another one of the file was taken.",
        ),
        (
            {
                "post_date_gmt": "0000-00-00 00:00:00",
                "post_date": "-0001-11-30 00:00:00",
                "post_modified_gmt": "2021-01-01 00:00:00",
            },
            datetime(2021, 1, 1, tzinfo=UTC),
            "",
        ),
        (
            {"post_date_gmt": "2021-13-01 10:00:00", "post_date": ""},
            datetime(1970, 1, 1, tzinfo=UTC),
            "Its date cannot be read: it is filed under 1970.",
        ),
    ],
)
def test_dates_that_do_not_exist_give_way_to_others(
    tmp_path: Path, fields: dict[str, str], expected: datetime, change: str
) -> None:
    records = read(tmp_path, wxr(item(**fields)))
    assert [post.published_at for post in of(Post, records)] == [expected]
    assert [record.reason for record in of(Changed, records)] == [change] * bool(change)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("Sun, 28 Mar 2021 02:30:00 +0200", datetime(2021, 3, 28, 0, 30, tzinfo=UTC)),
        ("Mon, 30 Nov -0001 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Thu, 31 Feb 2021 10:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_date_of_the_feed_is_the_last_resort(tmp_path: Path, published: str, expected: datetime) -> None:
    fields = {"post_date": "0000-00-00 00:00:00", "post_date_gmt": "0000-00-00 00:00:00"}
    (post,) = of(Post, read(tmp_path, wxr(item(**fields, extra=f"<pubDate>{published}</pubDate>"))))
    assert post.published_at == expected


def test_a_comment_without_a_date_has_that_of_its_post(tmp_path: Path) -> None:
    records = read(tmp_path, wxr(item(comment(comment_date_gmt="2021-02-30 10:00:00", comment_date="x"))))
    assert [record.created_at for record in of(Comment, records)] == [
        datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
    ]
    assert [change.reason for change in of(Changed, records)] == [
        "Its date does not exist: another one of the file was taken."
    ]


def test_a_number_that_is_used_twice_is_used_once(tmp_path: Path) -> None:
    parts = [
        item(comment(), comment(comment_content="Other")),
        item(comment(comment_parent=1), title="Other"),
    ]
    records = read(tmp_path, wxr(*parts))
    assert [(post.key, post.title) for post in of(Post, records)] == [("1", "Title"), ("1~2", "Other")]
    assert [(record.key, record.post) for record in of(Comment, records)] == [
        ("1", "1"),
        ("1~2", "1"),
        ("1~3", "1~2"),
    ]
    assert [(change.kind, change.key) for change in of(Changed, records)] == [
        ("comment", "1~2"),
        ("post", "1~2"),
        ("comment", "1~3"),
    ]


def test_threads_of_any_shape_keep_their_parents(tmp_path: Path) -> None:
    parents = {
        **{number: number - 1 for number in range(2, 15)},
        20: 21,
        21: 20,
        22: 22,
        23: 99,
        24: 30,
        30: 0,
    }
    comments = [comment(comment_id=number, comment_parent=parent) for number, parent in parents.items()]
    records = read(tmp_path, wxr(item(*comments)))
    assert {int(record.key): int(record.parent or 0) for record in of(Comment, records)} == parents


def test_an_account_is_known_by_its_number_and_a_guest_is_never_taken_for_one(tmp_path: Path) -> None:
    fields = {"author_id": 7, "author_login": "maud", "author_email": "Maud@a.example"}
    head = f"<wp:author>{elements(fields, 'wp:')}</wp:author>"
    comments = [
        comment(comment_id=1, comment_user_id=7),
        comment(comment_id=2, comment_user_id=9, comment_author_email="maud@A.example"),
        comment(comment_id=3, comment_user_id=0, comment_author_email="maud@a.example"),
        comment(comment_id=4, comment_user_id=9),
    ]
    authors = [record.author for record in of(Comment, read(tmp_path, wxr(item(*comments), head=head)))]
    guests = [Guest(name="Ann", email="maud@a.example"), Guest(name="Ann")]
    assert authors == ["maud", "maud", *guests]


def test_a_file_that_is_cut_off_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    whole = wxr(item(comment(), comment(comment_id=2)), item(post_id=2))
    in_comment = read(tmp_path, whole[: whole.index("<wp:comment_id><![CDATA[2") + 60])
    assert [len(of(kind, in_comment)) for kind in (Post, Comment)] == [1, 1]
    assert of(LeftOut, in_comment) == [
        LeftOut(kind="comment", key="2", reason="The file is cut off in the middle of it.")
    ]
    assert [change.kind for change in of(Changed, in_comment)] == ["file"]
    in_post = read(tmp_path, whole[: whole.rindex("<wp:status>")])
    assert of(LeftOut, in_post) == [
        LeftOut(kind="post", key="2", reason="The file is cut off in the middle of it.")
    ]


def test_what_is_not_well_formed_in_a_post_is_said_of_it(tmp_path: Path) -> None:
    records = read(tmp_path, wxr(item(extra="<x>"), item(post_id=2)))
    assert [post.key for post in of(Post, records)] == ["1", "2"]
    assert of(Changed, records) == [
        Changed(kind="post", key="1", reason="Its XML is broken: what could be read came over.")
    ]


def test_a_file_in_another_encoding_than_it_says_is_read_and_reported(tmp_path: Path) -> None:
    records = read(tmp_path, wxr(item(title="L’été à Nîmes")).encode("cp1252"))
    assert [post.title for post in of(Post, records)] == ["L’été à Nîmes"]
    assert [change.reason for change in of(Changed, records)] == [
        "It is not written in UTF-8 throughout; cp1252 was read, too."
    ]


def test_prefixes_may_be_others_or_undeclared(tmp_path: Path) -> None:
    whole = wxr(item(comment()))
    for text in (
        whole.replace("wp:", "ns1:").replace("xmlns:wp", "xmlns:ns1"),
        whole.replace(' xmlns:wp="http://wordpress.org/export/1.2/"', ""),
    ):
        records = read(tmp_path, text)
        assert [len(of(kind, records)) for kind in (Post, Comment)] == [1, 1]


def test_a_blog_without_posts_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, wxr()) == [
        Blog(title="Carnets & co", url="https://a.example/blog", language="fr-FR")
    ]


def test_an_unknown_time_zone_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no time zone called Paris"):
        read(tmp_path, wxr(item(post_date_gmt="")), Options(timezone="Paris"))
