"""What is found: the words of posts and comments, as `search.documents` writes them."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.comment import Comment
from models.fields import GivenKeyField, WordsField
from models.post import Post


class SearchDocument(Model):
    """The words of a comment; or, without one, of a post, which has two: one is listed for the words of its title.

    The key is the place among the hits, the last one first: see `resolvers.search_documents`. On SQLite triggers copy
    the words to `search_words`, which finds them; on PostgreSQL a column of their own kind does. Who sees a hit is
    asked of the post and the comment.
    """

    id = GivenKeyField()
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="search_documents", on_delete=fields.CASCADE
    )
    post_id: int
    comment: fields.ForeignKeyNullableRelation[Comment] = fields.ForeignKeyField(
        "models.Comment", related_name="search_documents", on_delete=fields.CASCADE, null=True
    )
    comment_id: int | None
    words = WordsField(default="", db_default="")

    class Meta:
        table = "search_documents"
        indexes = [Index(fields=("post_id", "comment_id")), Index(fields=("comment_id",))]
