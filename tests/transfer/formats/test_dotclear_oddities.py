from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.transfer.formats.dotclear_export import URL, comment, export, post, read
from tests.transfer.formats.reading import left_out, of
from transfer.formats.records import (
    Author,
    Blog,
    Category,
    Changed,
    Comment,
    FormatError,
    LeftOut,
    Post,
    Visibility,
)


def test_a_protected_post_becomes_a_draft_and_its_reason_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, export(post=[post(post_password="sésame"), post(2, post_status="7")]))
    assert [record.published_at for record in of(Post, found)] == [None, None]
    assert [(changed.key, changed.reason) for changed in of(Changed, found)] == [
        ("1", "It was protected by a password: it became a draft."),
        ("2", "Its status is unknown: it became a draft."),
    ]


def test_a_comment_of_unknown_status_stays_hidden(tmp_path: Path) -> None:
    found = read(tmp_path, export(post=[post()], comment=[comment(comment_status="5")]))
    assert [record.visibility for record in of(Comment, found)] == [Visibility.HIDDEN]
    assert [changed.reason for changed in of(Changed, found)] == ["Its status is unknown: it stays hidden."]


def test_impossible_dates_have_a_fallback(tmp_path: Path) -> None:
    rows = [
        post(post_dt="2021-06-31 10:00:00"),
        post(2, post_dt="", post_creadt="", post_upddt="0000-00-00 00:00:00"),
    ]
    found = read(tmp_path, export(post=rows, comment=[comment(comment_dt="hier")]))
    assert [record.published_at for record in of(Post, found)] == [
        datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]
    assert of(Comment, found)[0].created_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert len(of(Changed, found)) == 3


def test_without_a_zone_of_its_own_a_post_has_that_of_its_blog(tmp_path: Path) -> None:
    setting = {
        "setting_id": "blog_timezone",
        "blog_id": "default",
        "setting_ns": "system",
        "setting_value": "Asia/Tokyo",
    }
    found = read(tmp_path, export(setting=[setting], post=[post(post_tz="Mars/Olympus")]))
    assert of(Post, found)[0].published_at == datetime(2021, 7, 1, 3, tzinfo=UTC)


def test_a_row_that_does_not_fit_its_table_is_left_out_with_its_line(tmp_path: Path) -> None:
    content = export(post=[post(), post(2)]).replace('"2","default"', '"2"')
    found = read(tmp_path, content)
    assert [record.key for record in of(Post, found)] == ["1"]
    assert of(LeftOut, found) == [
        LeftOut(
            kind="post", key="line 5", reason="Its row does not have as many fields as its table has columns."
        )
    ]


def test_an_id_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    found = read(tmp_path, export(post=[post(), post(post_title="Encore")], comment=[comment(), comment()]))
    assert [record.title for record in of(Post, found)] == ["Titre"]
    assert left_out(found) == {"post": 1, "comment": 1}


def test_a_comment_may_be_on_a_post_that_is_not_there(tmp_path: Path) -> None:
    assert of(Comment, read(tmp_path, export(comment=[comment(post_id="99")])))[0].post == "99"


def test_a_file_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cut off in line 5"):
        read(tmp_path, export(post=[post(), post(2)])[:-20])


def test_a_file_without_ids_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no id: some releases of Dotclear write none"):
        read(tmp_path, export(post=[post(post_id="")]))


def test_an_export_of_the_first_dotclear_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="Dotclear 1"):
        read(tmp_path, "///DOTCLEAR|1.2.8|single\n")


def test_bytes_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    content = export(post=[post(post_title="déjà vu")]).encode().replace("é".encode(), b"\xe9")
    found = read(tmp_path, content)
    assert of(Post, found)[0].title == "déjà vu"
    assert [changed.key for changed in of(Changed, found)] == ["1"]


def test_a_blog_without_rewriting_has_its_paths_in_the_query(tmp_path: Path) -> None:
    blog = {"blog_id": "default", "blog_url": f"{URL}/index.php?", "blog_name": "Carnets"}
    found = read(tmp_path, export("full", blog=[blog], post=[post(post_url="2021/07/01/À-l'aube!")]))
    assert of(Post, found)[0].paths == ("/index.php?post/2021/07/01/%C3%80-l%27aube%21",)
    assert of(Blog, found) == [Blog(title="Carnets", url=f"{URL}/index.php")]


def test_of_several_blogs_one_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    blogs = [
        {"blog_id": key, "blog_url": f"https://{key}.example/", "blog_name": key} for key in ("un", "deux")
    ]
    users = [
        {
            "user_id": "maud",
            "user_name": "L.",
            "user_firstname": "Maud",
            "user_displayname": "",
            "user_email": "m@x.example",
        },
        {
            "user_id": "ivo",
            "user_name": "",
            "user_firstname": "",
            "user_displayname": "Ivo",
            "user_email": "",
        },
    ]
    posts = [post(blog_id="un"), post(2, blog_id="deux", user_id="ivo")]
    content = export("full", blog=blogs, user=users, post=posts, comment=[comment(), comment(2, post_id="2")])
    with pytest.raises(FormatError, match=r"https://deux\.example/, https://un\.example/"):
        read(tmp_path, content)
    found = read(tmp_path, content, "https://un.example")
    assert [record.key for record in of(Post, found)] == ["1"]
    assert [record.key for record in of(Comment, found)] == ["1"]
    assert of(Author, found) == [Author(key="maud", name="Maud L.", username="maud", email="m@x.example")]
    assert left_out(found) == {"post": 1, "comment": 1, "user": 1}


def test_what_has_no_place_is_told(tmp_path: Path) -> None:
    tables = {
        "link": [{"link_id": "1", "blog_id": "default", "link_href": "https://a.example"}],
        "post": [post(post_type="galerie")],
        "meta": [{"meta_id": "gai", "meta_type": "mood", "post_id": "1"}],
    }
    assert left_out(read(tmp_path, export(**tables))) == {"link": 1, "post": 1, "meta mood": 1}


@pytest.mark.parametrize("numbers", [["", ""], ["0", "0"], ["5", "2"], ["1", "99"]])
def test_broken_nested_sets_still_give_every_category(tmp_path: Path, numbers: list[str]) -> None:
    rows = [
        {
            "cat_id": key,
            "blog_id": "default",
            "cat_title": key,
            "cat_url": key,
            "cat_lft": left,
            "cat_rgt": right,
        }
        for key, left, right in [("1", *numbers), ("2", *numbers), ("3", "2", "3")]
    ]
    assert {category.key for category in of(Category, read(tmp_path, export(category=rows)))} == {
        "1",
        "2",
        "3",
    }


def test_settings_of_a_blog_go_before_those_of_all(tmp_path: Path) -> None:
    def setting(name: str, blog: str, value: str) -> dict[str, str]:
        return {"setting_id": name, "blog_id": blog, "setting_ns": "system", "setting_value": value}

    rows = [setting("lang", "", "en"), setting("blog_timezone", "carnets", "Asia/Tokyo")]
    found = read(tmp_path, export(setting=[*rows, setting("lang", "carnets", "fr")], post=[post(post_tz="")]))
    assert of(Post, found)[0].published_at == datetime(2021, 7, 1, 3, tzinfo=UTC)
    blogs = [{"blog_id": "carnets", "blog_url": f"{URL}/", "blog_name": "Carnets"}]
    assert of(Blog, read(tmp_path, export("full", blog=blogs, setting=rows)))[0].language == "en"
    rows.append(setting("lang", "carnets", "fr"))
    assert of(Blog, read(tmp_path, export("full", blog=blogs, setting=rows)))[0].language == "fr"
