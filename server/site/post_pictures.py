"""Pictures in the form of a post: the post's own, and those that stand in its text."""

from html import escape

from resolvers.ids import global_id
from resolvers.reads.images import address
from server.http.http_error import HTTPError
from server.site.mistakes import Mistakes, refused_field
from server.site.pictures import kept_image
from server.site.post_form import Typed
from server.site.visit import Visit

NO_IMAGE = {"image": "", "image_url": "", "image_alt": ""}


async def take_picture(
    visit: Visit, action: str, typed: Typed, body_format: str
) -> tuple[Mistakes | None, str | None]:
    """Keep the picture that was chosen, if one was: as the post's own, or to be put into its text.

    Answers with what is wrong with it, or with the line that shows it in a text.
    """
    if action == "bare":
        typed.update(NO_IMAGE)
    if visit.form.picture is None and action not in ("insert", "illustrate"):
        return None, None
    try:
        image = await kept_image(visit, typed["alt"])
    except HTTPError as error:
        return refused_field("picture", error, visit.language), None
    url, typed["alt"] = address(visit.site, image.digest), ""
    if action == "insert":
        return None, _line(url, image.alt, body_format)
    typed.update(image=global_id("image", image.id), image_url=url, image_alt=image.alt)
    return None, None


def _line(url: str, alt: str, body_format: str) -> str:
    """What shows the picture where it stands in a body."""
    if body_format == "HTML":
        return f'<img src="{escape(url)}" alt="{escape(alt)}">'
    for special in "\\[]`*_<&":
        alt = alt.replace(special, f"\\{special}")
    return f"![{alt}]({url})"
