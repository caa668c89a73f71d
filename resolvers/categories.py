"""Writing the tree of categories, which is the administrators' business."""

from typing import Any, TypedDict

from auth import requirements
from auth.viewer import Viewer
from models import Category, PostCategory
from models.errors import InvalidInput, NotFound
from resolvers import slugs
from resolvers.conflicts import retry_on_conflict
from resolvers.idempotency import IdempotentRequest
from resolvers.ids import primary_key
from resolvers.validation import Checkers, Validator
from storage import unit_of_work

NAME_LENGTH = 100
DESCRIPTION_LENGTH = 2000
LAST_POSITION = 2**31 - 1

Tree = dict[int, Category]
"""All categories by id."""


class CategoryFields(TypedDict, total=False):
    """As clients give them: what is absent stays as it is, null has the meaning that the API documents."""

    name: str | None
    slug: str | None
    description: str | None
    parent: str | None
    position: int | None


async def create_category(viewer: Viewer, fields: CategoryFields, *, key: str | None = None) -> int:
    """Make a category, the last of its siblings unless `position` is given; its id.

    Needs a name. Asked again with the same idempotency key, it answers with the category that it made the first time.
    Raises NotSignedIn, NotAllowed, InvalidInput, NotFound (parent).
    """
    admin_id = requirements.require_may_change_categories(viewer)
    request = IdempotentRequest.of("createCategory", admin_id, key, {**fields}, viewer.now)
    required: CategoryFields = {"name": None, "parent": None, "position": None, "slug": None}
    return await _write(viewer, None, _checked({**required, **fields}), request)


async def update_category(viewer: Viewer, category_id: str, fields: CategoryFields) -> int:
    """Change a category; its id. Raises NotSignedIn, NotAllowed, InvalidInput, NotFound (it, parent)."""
    requirements.require_may_change_categories(viewer)
    return await _write(viewer, primary_key("category", category_id), _checked(fields))


@retry_on_conflict
@unit_of_work
async def delete_category(viewer: Viewer, category_id: str) -> None:
    """Delete an empty category. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput (it is not empty)."""
    requirements.require_may_change_categories(viewer)
    category = await Category.filter(id=primary_key("category", category_id)).select_for_update().first()
    if category is None:
        raise NotFound("There is no such category.")
    if await PostCategory.filter(category_id=category.id).exists():
        raise InvalidInput([("id", "The category still has posts: file or delete them first.")])
    if await Category.filter(parent_id=category.id).exists():
        raise InvalidInput([("id", "The category still has sub-categories: move or delete them first.")])
    await category.delete()


def _checked(fields: CategoryFields) -> dict[str, Any]:
    checks = Validator()
    checkers: Checkers = {
        "name": lambda value: checks.line("name", value, longest=NAME_LENGTH),
        "slug": lambda value: value if value is None else checks.slug("slug", value),
        "description": lambda value: checks.paragraphs(
            "description", value, longest=DESCRIPTION_LENGTH, optional=True
        ),
        "parent": lambda value: value if value is None else primary_key("category", value),
        "position": lambda value: value,
    }
    return checks.apply(checkers, fields)


@retry_on_conflict
@unit_of_work
async def _write(
    viewer: Viewer, id_: int | None, values: dict[str, Any], request: IdempotentRequest | None = None
) -> int:
    """Create or change a category, with the whole tree locked: two moves at once could close a circle."""
    requirements.require_may_change_categories(viewer)
    tree = {row.id: row for row in await Category.all().order_by("id").select_for_update()}
    if request is not None and (made := await request.made()) is not None:
        return await _made_before(made)
    category = Category() if id_ is None else _found(tree, id_)
    if "parent" in values:
        category.parent_id = _parent(tree, id_, values["parent"])
    category.name = values.get("name", category.name)
    category.description = values.get("description", category.description)
    if "slug" in values:
        category.slug = await slugs.category_slug(category.name, values["slug"], id_)
    if "position" in values:
        category.position = _position(tree, category, values["position"])
    await category.save()
    if request is not None:
        await request.note(category.id)
    return int(category.id)


async def _made_before(category_id: int) -> int:
    """The category that a request has made already, which may be younger than the tree."""
    if not await Category.filter(id=category_id).exists():
        raise NotFound("The category that this key stands for is no longer there.")
    return category_id


def _found(tree: Tree, id_: int) -> Category:
    if id_ not in tree:
        raise NotFound("There is no such category.")
    return tree[id_]


def _parent(tree: Tree, id_: int | None, parent_id: int | None) -> int | None:
    """The new parent, which is neither the category itself nor below it."""
    above = parent_id
    while above is not None:
        if above == id_:
            raise InvalidInput([("parent", "A category cannot be below itself.")])
        above = _found(tree, above).parent_id
    return parent_id


def _position(tree: Tree, category: Category, given: int | None) -> int:
    """The given one, or one after the last sibling."""
    if given is not None:
        return given
    others = (row for row in tree.values() if row is not category)
    positions = [row.position for row in others if row.parent_id == category.parent_id]
    return min(max(positions, default=-1) + 1, LAST_POSITION)
