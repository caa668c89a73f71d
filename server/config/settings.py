"""Everything an operator can set: environment variables `CAUSERIE_…`, each with a default and a description.

Here text becomes values and bad ones are refused; `server.config.policies` hands them on to the parts.
"""

from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from server.config.embed_settings import EmbedSettings
from server.config.linkback_settings import LinkbackSettings
from server.config.share_settings import ShareSettings
from server.config.values import (
    Cache,
    Count,
    DatabaseURL,
    Hosts,
    Language,
    Networks,
    Origins,
    Port,
    Seconds,
    SiteURL,
    Size,
    SizeOrNone,
    Text,
    TimeZone,
    Wakeup,
    written,
)

PREFIX = "CAUSERIE_"


class Settings(LinkbackSettings, ShareSettings, EmbedSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    database: DatabaseURL = Field(
        "sqlite://causerie.db",
        description="Where the rows are: `sqlite://relative.db`, `sqlite:///absolute/path.db`, a plain path, "
        "or `postgresql://user:password@host/name`.",
    )
    readers: Count = Field(
        4,
        le=64,
        description="SQLite: connections that read at the same time. One client has half of them at most, so fewer "
        "than two protect nobody.",
    )
    statement_timeout: Seconds = Field(
        written("5s"), description="A read that takes longer is interrupted in the database."
    )
    lock_timeout: Seconds = Field(
        written("5s"),
        description="How long a write waits for what another process has locked, before it is answered `UNAVAILABLE`.",
    )
    idle_in_transaction_timeout: Seconds = Field(
        written("4s"),
        description="PostgreSQL ends a transaction whose process has been silent for so long, and so frees what it has "
        "locked; less than `CAUSERIE_LOCK_TIMEOUT` lets those who wait get through.",
    )
    connection_wait: Seconds = Field(
        written("5s"),
        description="How long a request waits for a connection, while all are in use or its client has its share of "
        "them, or for its large new document to be read, before its error is `UNAVAILABLE`. Whoever has used least "
        "lately goes first.",
    )

    answer_cache: Cache = Field(
        written("32MiB"),
        description="Memory for answers to anonymous queries, which are served again as long as nothing has been "
        "written; 0 keeps none. SQLite only.",
    )

    host: str = Field("127.0.0.1", description="The address to listen on; `0.0.0.0` for every one.")
    port: Port = Field(8000, description="The port to listen on; 0 for any free one.")
    workers: Count = Field(
        1,
        description="Processes that serve, each with its own readers, answer cache and, on PostgreSQL, up to eleven "
        "connections. One for each core is the most that helps.",
    )
    trusted_proxies: Networks = Field(
        written(""),
        description="Proxies whose `X-Forwarded-For`, `-Proto`, `-Host` and `-Port` are believed. Behind one, name it "
        "here, or all clients seem to have the proxy's address and are throttled together.",
    )
    drain: Seconds = Field(
        written("10s"), description="How long a stopping server waits for running operations."
    )
    drain_spread: Seconds = Field(
        written("5s"),
        description="Over how long a stopping server closes its sockets, so that thousands of clients do not come "
        "back all at once; a few hundred of them are closed within a second.",
    )

    site: bool = Field(
        True,
        description="Whether readers find the blog's own pages. Where a front-end of yours shows it, `false` leaves "
        "only `/posts/SLUG`, for other sites and search engines, and what one signs in with for embedded "
        "conversations.",
    )
    site_title: Text = Field("Causerie", description="The site's name.")
    site_description: Text = Field("A blog and its conversations", description="Its subtitle.")
    site_url: SiteURL = Field(
        "",
        description="Where its pages are, which may use the API; posts' addresses begin with it. Empty: the server's "
        "own address.",
    )
    site_language: Language = Field("en", description="Its main language, as in BCP 47.")
    site_timezone: TimeZone = Field(
        "UTC", description="Where its days begin: a name of the IANA database, such as `Europe/Paris`."
    )
    moderation: Literal["after", "before"] = Field(
        "after",
        description="When moderators decide about comments: `after` they are public, or `before`.",
    )
    guests: Literal["off", "held", "open"] = Field(
        "off",
        description="Whether people without an account comment: `off`, `held` for a moderator's approval, always, or "
        "`open`, as everybody.",
    )
    send_linkbacks: bool = Field(
        True,
        description="Whether pages of other sites are told when a post links to them. A site that others cannot reach, "
        "by what `CAUSERIE_SITE_URL` says, tells nobody, unless `CAUSERIE_FETCH_HOSTS` names it.",
    )
    longest_post: Count = Field(100_000, description="Characters in a post.")
    longest_comment: Count = Field(10_000, description="Characters in a comment.")
    deepest_reply: Count = Field(8, le=100, description="Levels of replies below a comment.")

    head_limit: Size = Field(
        written("64KiB"),
        description="The address and the headers of a request, all together; more is answered 431 or 414.",
    )
    request_timeout: Seconds = Field(
        written("30s"),
        description="How soon the headers of a request must have come once it has begun, and then its body, or it is "
        "answered 408. A connection that brings none at all is closed as soon.",
    )
    keep_alive: Seconds = Field(
        written("75s"),
        description="How long a connection may be idle between two requests. Longer than proxies keep theirs, or now "
        "and then one sends a request just as the server hangs up.",
    )
    body_limit: SizeOrNone = Field(
        written(""),
        description="The largest request body; a larger one is answered 413. Empty: 1 MiB, or what "
        "`CAUSERIE_LONGEST_POST` needs however it is written (12 bytes for an emoji) if that is more.",
    )
    frame_limit: SizeOrNone = Field(
        written(""),
        description="The largest websocket message of somebody who is signed in; a larger one closes the socket. "
        "Empty: what `CAUSERIE_LONGEST_POST` needs. Others may send 64 KiB at most.",
    )
    cors_origins: Origins = Field(
        written(""),
        description="Origins of other sites whose pages may use the API; `*` for all of them, "
        "`http://localhost:*` for one host with any port.",
    )
    inflight_limit: Size = Field(
        written("96MiB"),
        description="Memory, in each worker, for what is under way: bodies, answers, text that waits to be read. One "
        "client may have half of it. Beyond, requests wait, for no longer than `CAUSERIE_CONNECTION_WAIT`, before they "
        "are refused as `OVERLOADED`.",
    )
    websocket_origins: Origins = Field(
        written(""),
        description="Origins of other sites whose pages may open websockets, where they are not those of "
        "`CAUSERIE_CORS_ORIGINS`. The server's own origin and that of `CAUSERIE_SITE_URL` always may.",
    )
    websocket_init_timeout: Seconds = Field(
        written("10s"), description="How soon `connection_init` must come."
    )
    websocket_ping_interval: Seconds = Field(
        written("25s"),
        description="How often a silent socket is pinged, and an event stream kept alive by a comment.",
    )
    websocket_pong_timeout: Seconds = Field(
        written("15s"), description="How soon a pinged client must say something, or its socket is closed."
    )
    websocket_operations: Count = Field(100, description="Operations open at once on one socket.")
    subscription_memory: Size = Field(
        written("32MiB"),
        description="Memory, in each worker, for the documents of subscriptions that are open. Each counts once, "
        "however many clients have sent it, and without its blanks and comments; beyond, only those that are there "
        "already are accepted. Half of it is for clients (by address) that hold little: 1/256 of it.",
    )
    websocket_messages_per_second: Count = Field(
        100, description="Messages that a client may send on one socket in a second, for long."
    )
    websocket_message_burst: Count = Field(500, description="How many more it may send now and then.")
    connections_per_address: Count = Field(
        200,
        description="Sockets and event streams open at once from one address (of IPv6: from one /64 network), in each "
        "worker, and as many connections that have no request under way: of more, those that have been idle for "
        "longest are closed. Whole offices and mobile networks share an address; behind a proxy that is not in "
        "`CAUSERIE_TRUSTED_PROXIES`, all clients do.",
    )
    send_buffer: Size = Field(
        written("256KiB"),
        description="Text that waits for a client who reads too slowly; beyond, it is caught up from the database.",
    )
    stall_timeout: Seconds = Field(
        written("1m"), description="A client that reads nothing for so long loses its socket or event stream."
    )
    stream_retry: Seconds = Field(
        written("2s"),
        description="How long clients wait before they connect again when an event stream has ended, give or take a "
        "half, so that they do not all come at once.",
    )
    wakeup: Wakeup = Field(
        "auto",
        description="How processes tell each other to look at the feed and at sessions that ended: `auto` by what the "
        "database offers, `redis://…` or `rediss://…` (with `?ssl_ca_certs=FILE`) by Redis, `postgresql://…` by "
        "that address of PostgreSQL where `CAUSERIE_DATABASE` is a pooler, `none` not at all.",
    )
    feed_poll: Seconds = Field(
        written("1s"), description="How often a process looks at the feed without being told to."
    )
    trusted_documents: str = Field(
        "",
        description='A JSON file of the only documents that may run, by their SHA-256: `{"<hash>": "<document>"}`. '
        "Empty: any document may.",
    )
    introspection: bool = Field(
        True, description="Whether the schema is shown, and misspelt names are answered with near ones."
    )
    graphiql: bool = Field(True, description="Whether browsers find GraphiQL at `/graphql`.")

    answer_limit: Size = Field(
        written("24MiB"),
        description="The largest answer to an operation; a larger one is given up. Three eighths of "
        "`CAUSERIE_INFLIGHT_LIMIT` at most.",
    )
    limit_depth: Count = Field(20, description="Levels of nested fields in an operation.")
    limit_nesting: Count = Field(
        250,
        le=250,
        description="Levels of braces in an operation, those of its fragments included; 250 at most.",
    )
    limit_fields: Count = Field(2000, description="Fields in an operation, fragments spread out.")
    limit_aliases: Count = Field(500, description="Aliased fields in an operation, fragments spread out.")
    limit_directives: Count = Field(200, description="Directives in an operation, fragments spread out.")
    limit_root_fields: Count = Field(20, description="Fields at the top of an operation.")
    limit_tokens: Count = Field(
        10_000, description="Tokens in a document; also the values in an operation's variables."
    )
    limit_rows: Count = Field(
        50_000,
        description="Rows that an operation can ask for: the product of page sizes on every way down, and 20 for each "
        "total.",
    )

    session_lifetime: Seconds = Field(
        written("30d"), description="A session ends after this long without a request."
    )
    argon2_memory: Size = Field(written("19MiB"), description="Memory of one password hash.")
    argon2_passes: Count = Field(2, le=100, description="Passes of one password hash over its memory.")
    argon2_lanes: Count = Field(1, le=64, description="Parallel lanes of one password hash.")
    argon2_at_once: Count = Field(2, le=64, description="Password hashes computed at the same time.")
    sign_in_attempts: Count = Field(
        5, description="Failed sign-ins of one account from one address before it has to wait there."
    )
    sign_in_attempts_per_address: Count = Field(20, description="Failed sign-ins from one address.")
    sign_in_window: Seconds = Field(written("15m"), description="How long failed sign-ins are remembered.")
    sign_in_attempts_per_account: Count = Field(
        100, description="Failed sign-ins of one account from all addresses that are not familiar."
    )
    sign_in_account_window: Seconds = Field(written("1d"), description="How long those are remembered.")
    sign_in_familiar: Seconds = Field(
        written("30d"), description="How long an address is familiar to an account that has signed in there."
    )
    sign_ups_per_email: Count = Field(5, description="Attempts to sign up with one e-mail address.")
    sign_ups_per_address: Count = Field(5, description="New accounts from one address.")
    sign_up_window: Seconds = Field(written("1h"), description="How long sign-ups are remembered.")
    comments_per_window: Count = Field(20, description="Comments of one account, or guest, in a window.")
    guest_comments_per_window: Count = Field(
        5, description="Comments of all guests from one address (of IPv6: from one /64 network) in a window."
    )
    comment_window: Seconds = Field(written("1m"), description="The window of comments.")
    comment_edit_window: Seconds = Field(
        written("15m"), description="How long a comment's author may edit it."
    )

    fetch_hosts: Hosts = Field(
        written(""),
        description="Hosts that may be fetched from although their addresses are private: `intranet.example` at its "
        "ports 80 and 443, `localhost:8080` at that port. All other private addresses, and all other ports, are "
        "refused, whoever names them.",
    )

    log_format: Literal["auto", "json", "pretty"] = Field(
        "auto", description="How logs are written; `auto` is `pretty` on a terminal and `json` elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important lines that are logged; `info` has one for every request."
    )

    @property
    def own_url(self) -> str:
        """Where the site is, for its readers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.site_url or f"http://{host}:{self.port}"
