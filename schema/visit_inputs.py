"""What clients tell about what they have read."""

import strawberry
from strawberry import ID


@strawberry.input(description="How far somebody has read a post's comments.")
class MarkReadInput:
    """How far somebody has read a post's comments."""

    post: ID = strawberry.field(description="The post.")
    cursor: str = strawberry.field(
        description="A cursor of the feed: `Post.feedCursor` of the answer that was shown, or the `cursor` of the last "
        "event that was. What has become public up to there has been seen."
    )
