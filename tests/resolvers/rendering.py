"""Bodies as the HTML that is stored of them."""

from resolvers.markdown import render_comment, render_post

REL = 'rel="nofollow ugc noopener"'
"""What every link has."""


def post(body: str) -> str:
    return render_post(body, longest=100_000).html


def comment(body: str) -> str:
    return render_comment(body, longest=10_000).html
