import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import Post
from models.errors import EditConflict, NotAllowed, NotFound, NotSignedIn
from resolvers import posts
from resolvers.post_fields import PostFields
from tests import factories
from tests.resolvers.authors import changed, written
from tests.resolvers.rows import POLICY, all_rows, viewing

SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("database")


async def test_an_update_changes_what_is_given_and_nothing_else() -> None:
    post = await written(excerpt="Mine.", language="fr")
    before = await Post.get(id=post.id).values()
    later = datetime.now(UTC) + timedelta(minutes=5)
    after = await changed(post, at=later, comments_open=False)
    assert after.updated_at == later
    assert await Post.get(id=after.id).values() == {**before, "comments_open": False, "updated_at": later}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": "Ça va ?"},
        {"title": " C\u0327a  va ?"},
        {"body": "Très *bien*."},
        {"slug": None},
        {"excerpt": None},
        {"excerpt": ""},
        {"language": "EN", "comments_open": True},
        {"published_at": None},
        {"title": "Ça va ?", "body": "Très *bien*.\r\n", "slug": None, "excerpt": None, "language": "en"},
    ],
)
async def test_an_update_that_changes_nothing_leaves_everything_alone(fields: dict[str, Any]) -> None:
    post = await written()
    before = await all_rows()
    later = datetime.now(UTC) + timedelta(minutes=5)
    same_category = {"category": f"category_{post.category_id}"}
    for given in (fields, {**fields, **same_category}):
        await changed(post, at=later, **given)
        assert await all_rows() == before


async def test_choosing_what_is_there_already_is_noted_but_no_update() -> None:
    post = await written()
    later = datetime.now(UTC) + timedelta(minutes=5)
    after = await changed(post, at=later, slug="ca-va", excerpt="Très bien.")
    assert after.updated_at == post.updated_at
    assert (after.slug_chosen, after.excerpt_written) == (True, True)
    other = await changed(post, at=later, title="Autre", body="Autre.")
    assert (other.slug, other.excerpt, other.updated_at) == ("ca-va", "Très bien.", later)


async def test_an_update_of_a_public_post_that_changes_nothing_is_no_news() -> None:
    comment = await factories.comment()
    post = await comment.post
    before = await all_rows()
    await changed(post, title=post.title, published_at=post.published_at)
    assert await all_rows() == before


async def test_each_update_is_later_than_the_one_before() -> None:
    post = await written()
    for number in range(2):
        after = await changed(post, at=post.updated_at - SECOND, body=f"{number}")
        assert after.updated_at > post.updated_at
        post = after


async def changed_if(post: Post, read_at: datetime, **fields: Any) -> int:
    given: PostFields = PostFields(**fields)  # type: ignore[typeddict-item]
    return await posts.update_post(
        viewing(await post.author), POLICY, f"post_{post.id}", given, if_updated_at=read_at
    )


async def test_of_two_updates_of_one_state_the_second_is_refused() -> None:
    post = await written()
    assert await changed_if(post, post.updated_at, body="First.") == post.id
    first = await Post.get(id=post.id)
    before = await all_rows()
    for fields in ({"body": "Second."}, {"body": "First."}, {}, {"title": ""}):
        with pytest.raises(EditConflict, match="read it again") as refused:
            await changed_if(post, post.updated_at, **fields)
        assert refused.value.updated_at == first.updated_at
    assert await all_rows() == before
    assert await changed_if(post, first.updated_at, body="Second.") == post.id
    assert (await Post.get(id=post.id)).body == "Second."


async def test_of_two_updates_at_once_one_is_refused() -> None:
    post = await written()
    outcomes = await asyncio.gather(
        *(changed_if(post, post.updated_at, body=f"{number}") for number in range(4)), return_exceptions=True
    )
    won = [number for number, outcome in enumerate(outcomes) if outcome == post.id]
    after = await Post.get(id=post.id)
    assert [after.body] == [f"{number}" for number in won]
    for outcome in outcomes:
        assert outcome == post.id or (
            isinstance(outcome, EditConflict) and outcome.updated_at == after.updated_at
        )


async def test_an_update_that_changes_nothing_of_what_was_read_succeeds() -> None:
    post = await written()
    before = await all_rows()
    assert await changed_if(post, post.updated_at, title="Ça va ?") == post.id
    assert await all_rows() == before


async def test_nobody_else_learns_when_a_post_was_changed() -> None:
    post = await written()
    public, stranger = await factories.post(), await factories.author()
    refusals = ((stranger, post, NotFound), (None, post, NotSignedIn), (stranger, public, NotAllowed))
    for who, read, error in refusals:
        with pytest.raises(error):
            await posts.update_post(
                viewing(who), POLICY, f"post_{read.id}", {}, if_updated_at=factories.NEVER
            )


async def test_an_excerpt_that_was_written_stays_even_if_it_looks_made() -> None:
    post = await written(excerpt="Très bien.")
    assert (await changed(post, body="Other.")).excerpt == "Très bien."
    assert (await changed(post, excerpt=" ")).excerpt == "Other."
    assert (await changed(post, body="Third.")).excerpt == "Third."


async def test_a_made_excerpt_follows_the_body_and_a_written_one_stays() -> None:
    made, kept = await written(), await written(excerpt="Mine.")
    assert (await changed(made, body="Other.")).excerpt == "Other."
    assert (await changed(kept, body="Other.")).excerpt == "Mine."
    assert (await changed(kept, excerpt=None)).excerpt == "Other."
    assert (await changed(kept, body="Third.", excerpt="")).excerpt == "Third."
    assert (await changed(kept, excerpt="Again.")).excerpt == "Again."
