"""From settings to what each part wants to know of them."""

from datetime import timedelta
from importlib import metadata
from urllib.parse import urlsplit

from auth.policy import AuthPolicy, GuestPolicy, HashCost, Limit, SessionLifetime
from compiler import Limits
from jobs.addresses import special_use
from jobs.fetch_policy import WEB_PORTS, FetchPolicy
from live import ConnectionPolicy, FeedPolicy
from media.pictures import PictureLimits
from resolvers.policy import LinkbackPolicy, LinkbackReception, Moderation, Policy, Site
from server.config.request_policy import RequestPolicy
from server.config.settings import Settings
from server.config.values import origin_of

LARGEST_LETTER, BESIDE_TEXT = 12, 64 * 1024
"""Bytes of a letter at the most, as JSON may have it in two escapes, and of what a request has besides its text."""
PRIVATE_NAMES = (".localhost", ".local", ".internal", ".test", ".example", ".invalid", ".lan", ".home.arpa")
"""Ends of names that are nobody's in the internet."""
FIRST_BLOCK = timedelta(seconds=30)


def origins(settings: Settings) -> tuple[str, ...]:
    """Whose pages may use the API: those of the site itself are known by its address, whatever a proxy makes of it."""
    return (*settings.cors_origins, *settings.embed_origins, *_site_origin(settings))


def socket_origins(settings: Settings) -> tuple[str, ...]:
    """Whose pages may open websockets."""
    return (*(settings.websocket_origins or settings.cors_origins), *_site_origin(settings))


def auth_policy(settings: Settings) -> AuthPolicy:
    """How strict the site is about who comes in."""
    sign_in, sign_up = _seconds(settings.sign_in_window), _seconds(settings.sign_up_window)
    return AuthPolicy(
        hashing=HashCost(
            memory_kib=int(settings.argon2_memory) // 1024,
            time_cost=settings.argon2_passes,
            parallelism=settings.argon2_lanes,
            at_once=settings.argon2_at_once,
        ),
        sessions=SessionLifetime(idle=_seconds(settings.session_lifetime)),
        sign_in_pair=Limit("sign-in:account-address", settings.sign_in_attempts, sign_in, FIRST_BLOCK),
        sign_in_account=Limit(
            "sign-in:account",
            settings.sign_in_attempts_per_account,
            _seconds(settings.sign_in_account_window),
            FIRST_BLOCK,
        ),
        sign_in_address=Limit("sign-in:address", settings.sign_in_attempts_per_address, sign_in, FIRST_BLOCK),
        sign_up_email=Limit("sign-up:email", settings.sign_ups_per_email, sign_up),
        sign_up_address=Limit("sign-up:address", settings.sign_ups_per_address, sign_up),
        change_password=Limit("change-password", settings.sign_in_attempts, sign_in, FIRST_BLOCK),
        known_address_lifetime=_seconds(settings.sign_in_familiar),
        comments=Limit("comment", settings.comments_per_window, _seconds(settings.comment_window)),
        guests=GuestPolicy(settings.guests),
        guest_comments=Limit(
            "comment:guest-network", settings.guest_comments_per_window, _seconds(settings.comment_window)
        ),
        comment_edit_window=_seconds(settings.comment_edit_window),
        uploads=Limit("upload", settings.uploads_per_window, _seconds(settings.upload_window)),
        deepest_reply=settings.deepest_reply,
    )


def site(settings: Settings) -> Site:
    """What the site is called and where it is."""
    return Site(
        title=settings.site_title,
        description=settings.site_description,
        url=settings.own_url,
        language=settings.site_language,
        timezone=settings.site_timezone,
        media_url=settings.media_url or f"{settings.own_url}/media",
        share_services=settings.share,
    )


def policy(settings: Settings) -> Policy:
    """Everything that the owner of the site has decided, for whoever reads and writes."""
    return Policy(
        auth=auth_policy(settings),
        site=site(settings),
        moderation=Moderation(settings.moderation),
        linkbacks=linkback_policy(settings),
        page_origins=settings.embed_origins,
        longest_post=settings.longest_post,
        longest_comment=settings.longest_comment,
        pictures=PictureLimits(int(settings.upload_limit), settings.upload_pixels),
    )


def linkback_policy(settings: Settings) -> LinkbackPolicy:
    """Which pages that link here may say so, and how often."""
    window = _seconds(settings.linkback_window)
    return LinkbackPolicy(
        reception=LinkbackReception(settings.linkbacks),
        pingbacks=settings.pingbacks and settings.linkbacks != "off",
        per_network=Limit("linkback:network", settings.linkbacks_per_network, window),
        per_post=Limit("linkback:post", settings.linkbacks_per_post, window),
        private_hosts=fetch_policy(settings).hosts,
    )


def limits(settings: Settings) -> Limits:
    """How large an operation may be."""
    return Limits(
        depth=settings.limit_depth,
        nesting=settings.limit_nesting,
        fields=settings.limit_fields,
        aliases=settings.limit_aliases,
        directives=settings.limit_directives,
        root_fields=settings.limit_root_fields,
        tokens=settings.limit_tokens,
        rows=settings.limit_rows,
    )


def feed_policy(settings: Settings) -> FeedPolicy:
    """How patient the comment feed is."""
    return FeedPolicy(poll=settings.feed_poll)


def connection_policy(settings: Settings) -> ConnectionPolicy:
    """How patient and generous the live connections are."""
    return ConnectionPolicy(
        init_timeout=settings.websocket_init_timeout,
        ping_interval=settings.websocket_ping_interval,
        pong_timeout=settings.websocket_pong_timeout,
        stall_timeout=settings.stall_timeout,
        operations=settings.websocket_operations,
        frames_per_second=settings.websocket_messages_per_second,
        frame_burst=settings.websocket_message_burst,
        buffer=int(settings.send_buffer),
        per_address=settings.connections_per_address,
        retry=settings.stream_retry,
        answer=int(settings.answer_limit),
    )


def fetch_policy(settings: Settings) -> FetchPolicy:
    """Who asks other sites, and which of those that are private may be asked."""
    hosts = [urlsplit(f"//{host}") for host in settings.fetch_hosts]
    return FetchPolicy(
        user_agent=f"Causerie/{metadata.version('causerie')} (+{origin_of(settings.own_url)})",
        hosts=frozenset((host.hostname or "", host.port) for host in hosts),
    )


def sends_linkbacks(settings: Settings) -> bool:
    """Whether other pages are told of links to them: not by a site that nobody there could look at."""
    parts = urlsplit(settings.own_url)
    host, port = parts.hostname or "", parts.port or WEB_PORTS.get(parts.scheme, 0)
    return settings.send_linkbacks and (_is_public(host) or fetch_policy(settings).admits(host, port))


def _is_public(host: str) -> bool:
    """Whether a name or an address is of the internet, as far as its text tells."""
    try:
        return special_use(host) is None
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith(PRIVATE_NAMES)


def _site_origin(settings: Settings) -> tuple[str, ...]:
    return (origin_of(settings.site_url),) if settings.site_url else ()


def request_policy(settings: Settings) -> RequestPolicy:
    """How long and how large requests may be before they are some."""
    return RequestPolicy(
        head_limit=int(settings.head_limit),
        request_timeout=settings.request_timeout,
        keep_alive=settings.keep_alive,
        per_address=settings.connections_per_address,
    )


def largest_body(settings: Settings) -> int:
    """Bytes that a request's body may have."""
    return int(settings.body_limit or max(2**20, _longest_text(settings)))


def largest_frame(settings: Settings) -> int:
    """Bytes that a websocket message may have."""
    return int(settings.frame_limit or _longest_text(settings))


def _longest_text(settings: Settings) -> int:
    """Bytes of a request that writes the longest text there may be, however it is written."""
    return BESIDE_TEXT + LARGEST_LETTER * max(settings.longest_post, settings.longest_comment)


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)
