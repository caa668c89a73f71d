import pytest

from models import Category, Post, PostSlug
from models.errors import InvalidInput
from resolvers import categories, posts, slugs
from tests import factories
from tests.resolvers.rows import POLICY, viewing


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L'été, déjà ?", "l-ete-deja"),
        *((f"L{apostrophe}été", "l-ete") for apostrophe in "'’‘ʼʹ′`´＇‛ꞌ"),
        ("Rock ’n’ Roll", "rock-n-roll"),
        ("Ünïcödé & Straße", "unicode-strasse"),
        ("Привет, мир", "privet-mir"),
        ("日本語", "ri-ben-yu"),
        ("🎉🎉", "post"),
        ("—", "post"),
        ("2026", "2026"),
        ("word " * 40, "word-" * 15 + "word"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_title_becomes_ascii_words(title: str, slug: str) -> None:
    assert slugs.slug_of(title, otherwise="post") == slug


async def post(title: str, **fields: object) -> Post:
    writer = viewing(await factories.author())
    category = await factories.category()
    given = {"title": title, "body": "b", "category": f"category_{category.id}", **fields}
    return await Post.get(id=await posts.create_post(writer, POLICY, given))  # type: ignore[arg-type]


async def renamed(row: Post, **fields: object) -> str:
    await posts.update_post(viewing(await row.author), POLICY, f"post_{row.id}", fields)  # type: ignore[arg-type]
    return (await Post.get(id=row.id)).slug


async def found(slug: str) -> int | None:
    row = await PostSlug.get_or_none(slug=slug)
    return row.post_id if row else None


@pytest.mark.usefixtures("database")
async def test_the_same_title_again_gets_a_number() -> None:
    assert [(await post("Same")).slug for _ in range(3)] == ["same", "same-2", "same-3"]


@pytest.mark.usefixtures("database")
async def test_the_hundredth_namesake_gets_the_next_number_too() -> None:
    row = await factories.post()
    await PostSlug.bulk_create(PostSlug(slug=f"same-{n}", post=row) for n in range(2, 100))
    await PostSlug.create(slug="same", post=row)
    assert (await post("Same")).slug == "same-100"


@pytest.mark.usefixtures("database")
async def test_an_old_slug_still_finds_its_post_and_no_other_gets_it() -> None:
    first = await post("One")
    assert await renamed(first, title="Two") == "two"
    assert await found("one") == await found("two") == first.id
    assert (await post("One")).slug == "one-2"


@pytest.mark.usefixtures("database")
async def test_a_post_gets_its_own_old_slug_back() -> None:
    row = await post("One")
    await renamed(row, title="Two")
    assert await renamed(row, title="One") == "one"
    assert await PostSlug.filter(post_id=row.id).count() == 2


@pytest.mark.usefixtures("database")
async def test_a_slug_that_still_fits_the_title_stays() -> None:
    await post("One")
    row = await post("One")
    assert await renamed(row, title="ONE!") == "one-2"
    assert await renamed(row, body="other") == "one-2"


@pytest.mark.usefixtures("database")
async def test_a_number_in_a_title_is_no_namesakes_number() -> None:
    row = await post("Release 2024")
    assert row.slug == "release-2024"
    assert await renamed(row, title="Release") == "release"
    assert await renamed(row, title="Release 2") == "release-2"


@pytest.mark.usefixtures("database")
async def test_a_slug_that_was_chosen_stays_even_if_it_looks_made() -> None:
    row = await post("Part", slug="part-7")
    assert await renamed(row, title="Prologue") == "part-7"
    assert await renamed(row, title="Part") == "part-7"
    same = await post("Plain", slug="plain")
    assert await renamed(same, title="Other") == "plain"
    made = await post("Made")
    assert await renamed(made, slug="made") == "made"
    assert await renamed(made, title="Other") == "made"


@pytest.mark.usefixtures("database")
async def test_a_slug_that_is_given_up_follows_the_title_again() -> None:
    row = await post("One", slug="uno")
    assert await renamed(row, slug=None) == "one"
    assert await renamed(row, title="Two") == "two"
    await post("Two")
    assert await renamed(row, slug=None) == "two"


@pytest.mark.usefixtures("database")
async def test_the_kind_of_apostrophe_makes_no_other_slug() -> None:
    row, admin = await post("L'été"), viewing(await factories.admin())
    assert await renamed(row, title="L’été") == "l-ete"
    id_ = await categories.create_category(admin, {"name": "L'été"})
    await categories.update_category(admin, f"category_{id_}", {"name": "L’été", "slug": None})
    assert await slug_of_category(id_) == "l-ete"
    made_before = await factories.post(title="L’hiver", slug="lhiver")
    assert await renamed(made_before, title="L'hiver") == "lhiver"


@pytest.mark.usefixtures("database")
async def test_a_chosen_slug_stays_until_it_is_given_up() -> None:
    row = await post("One", slug="uno")
    assert row.slug == "uno"
    assert await renamed(row, title="Two") == "uno"
    assert await renamed(row, slug="due") == "due"
    assert await renamed(row, slug=None) == "two"
    assert [await found(slug) for slug in ("uno", "due", "two")] == [row.id] * 3


@pytest.mark.usefixtures("database")
async def test_a_chosen_slug_that_another_post_has_had_is_refused() -> None:
    first = await post("One")
    await renamed(first, title="Two")
    for slug in ("one", "two"):
        with pytest.raises(InvalidInput) as refused:
            await post("Three", slug=slug)
        assert refused.value.fields == (("slug", "The slug is taken."),)
    assert await renamed(first, slug="one") == "one"


@pytest.mark.usefixtures("database")
async def test_deleting_a_post_frees_its_slugs() -> None:
    first = await post("One")
    await posts.delete_post(viewing(await first.author), f"post_{first.id}")
    assert (await post("One")).slug == "one"


@pytest.mark.usefixtures("database")
async def test_categories_of_the_same_name_get_numbers_too() -> None:
    admin = viewing(await factories.admin())
    ids = [await categories.create_category(admin, {"name": name}) for name in ("Même", "meme", "…")]
    rows = [await slug_of_category(id_) for id_ in ids]
    assert rows == ["meme", "meme-2", "category"]


async def slug_of_category(id_: int) -> str:
    return (await Category.get(id=id_)).slug
