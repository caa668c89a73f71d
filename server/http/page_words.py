"""What a post's page says itself, in the language of the post: French, or else English."""

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, str]

ENGLISH: Words = MappingProxyType(
    {
        "lang": "en",
        "filed": "Category:",
        "tags": "Tags:",
        "share": "Share:",
        "comments": "{} comment|{} comments",
        "first_comments": "The first {} of them:",
        "deleted": "This comment was deleted.",
        "somebody": "Somebody",
        "linkbacks": "{} page links here|{} pages link here",
        "last_linkbacks": "The last {} of them:",
    }
)
FRENCH: Words = MappingProxyType(
    {
        "lang": "fr",
        "filed": "Catégorie\u00a0:",
        "tags": "Mots-clés\u00a0:",
        "share": "Partager\u00a0:",
        "comments": "{} commentaire|{} commentaires",
        "first_comments": "Les {} premiers\u00a0:",
        "deleted": "Ce commentaire a été supprimé.",
        "somebody": "Quelqu'un",
        "linkbacks": "{} page renvoie ici|{} pages renvoient ici",
        "last_linkbacks": "Les {} dernières\u00a0:",
    }
)


def words_of(language: str) -> Words:
    """The words of the page of a post in that language, a BCP 47 tag."""
    return FRENCH if _is_french(language) else ENGLISH


def counted(forms: str, number: int, language: str) -> str:
    """The form for the number: of nothing there is one in French, and there are many in English."""
    one, many = forms.split("|")
    is_one = number < 2 if _is_french(language) else number == 1  # noqa: PLR2004 - that is the grammar
    return (one if is_one else many).format(number)


def _is_french(language: str) -> bool:
    return language.lower().partition("-")[0] == "fr"
