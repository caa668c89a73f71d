"""A visit: one request to the site, what it may ask, and how it is answered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from media.store import MediaStore
from resolvers.feeds import feeds, of_site
from resolvers.policy import Site
from server.http.context import Context
from server.http.http_error import Headers
from server.site.answers import Answer, page, see_other
from server.site.forgery import csrf_token
from server.site.forms import Form
from server.site.guests import guest_of
from server.site.notices import NOTICE, notice
from server.site.operations import Operations
from server.site.templates import Templates, root_of


class NotHereError(Exception):
    """There is no such page, or none that the visitor may see."""


class SignInFirstError(Exception):
    """The page is for those who have signed in; they come back to it."""


class NotForYouError(Exception):
    """The page is for others than the visitor."""


@dataclass(slots=True)
class Visit:
    """`params` are the parts of the path that its route names; `token` is the session's, if it is one's.

    `store` is for `server.site.pictures`.
    """

    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    language: str
    site: Site
    context: Context
    token: str | None
    operations: Operations
    templates: Templates
    store: MediaStore
    method: str = "GET"
    form: Form = field(default_factory=Form)
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    has_page: bool = True
    """Whether there is something to look at, and not only a form to send."""
    asked: str | None = None
    """The name of the last operation, for the log."""

    @property
    def is_signed_in(self) -> bool:
        """Whether a session is behind it."""
        return self.context.viewer.id is not None

    @property
    def form_key(self) -> str:
        """A word that a form has of its own, by which it is known when it is sent twice."""
        return secrets.token_hex(8)

    @property
    def guest(self) -> dict[str, str]:
        """What somebody without an account wants the browser to fill in."""
        return {} if self.is_signed_in else guest_of(self.cookies)

    @property
    def address(self) -> str:
        """The path and the query, to come back to."""
        pairs = "&".join(f"{quote(name)}={quote(value)}" for name, value in self.query.items())
        return f"{self.path}?{pairs}" if pairs else self.path

    def require_signed_in(self) -> None:
        """Raises SignInFirstError where nobody is."""
        if not self.is_signed_in:
            raise SignInFirstError

    def gettext(self, text: str) -> str:
        """One of the few texts that are chosen in Python, in the language of the page."""
        return self.templates.gettext(self.language)(text)

    async def ask(self, operation: str, **variables: Any) -> dict[str, Any]:
        """The data of a query."""
        self.asked = operation
        return await self.operations.run(operation, variables, self.context)

    async def do(self, operation: str, **variables: Any) -> dict[str, Any]:
        """The payload of the mutation that an operation consists of; its `error` is None where it was done."""
        data = await self.ask(operation, **variables)
        (payload,) = data.values()
        return payload if isinstance(payload, dict) else {"done": payload, "error": None}

    def show(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        status: int = 200,
        headers: Headers = (),
        **values: Any,
    ) -> Answer:
        """A page: the template has the members of `data` and the other values, and what `frame.html` needs."""
        html = self.templates.render(template, self.language, {**self._frame(), **data, **values})
        return page(html, self.asked, status=status, headers=headers)

    def see(self, path: str, *headers: tuple[bytes, bytes], notice: str | None = None) -> Answer:
        """Another page of the site to look at now, where one of `server.site.notices` is shown."""
        if notice is not None:
            path, hash_, anchor = path.partition("#")
            path += f"{'&' if '?' in path else '?'}{NOTICE}={notice}{hash_}{anchor}"
        return see_other(root_of(self.site) + path, *headers)

    def _frame(self) -> dict[str, Any]:
        """What every page has; the values of a page's own go before."""
        return {
            "viewer": None,
            "menu": [],
            "visit": self,
            "csrf": csrf_token(self.token) if self.token is not None else None,
            "canonical": self.site.url + quote(self.path),
            "feeds": feeds(of_site(self.site), self.site),
            "json_ld": None,
            "notice": notice(self.query.get(NOTICE), self.templates.gettext(self.language)),
        }
