"""Settings: read from the environment, documented, and refused by name when they are bad."""

import dataclasses
import re
from pathlib import Path

import pytest

from server.config.environment import SettingsError, load_settings, unknown_settings
from server.config.policies import (
    connection_policy,
    fetch_policy,
    largest_body,
    largest_frame,
    origins,
    site,
    socket_origins,
)
from server.config.settings import PREFIX, Settings
from server.config.values import expected_words

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{field}".upper(), raising=False)


def test_without_any_settings_the_defaults_serve_one_file_on_this_machine() -> None:
    settings = load_settings()
    assert settings.database == "sqlite://causerie.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.body_limit is settings.frame_limit is None
    assert settings.cors_origins == settings.websocket_origins == settings.trusted_proxies == ()
    assert settings.statement_timeout == 5


def test_the_longest_text_fits_however_it_is_written_unless_a_setting_says_otherwise() -> None:
    for longest, body in ((1_000, 2**20), (100_000, 1_200_000), (1_000_000, 12_000_000)):
        settings = load_settings(longest_post=longest, longest_comment=500)
        assert body <= largest_body(settings) <= body + 2**16
        assert 12 * longest < largest_frame(settings) <= largest_body(settings)
    settings = load_settings(body_limit="1MiB", frame_limit="32KiB")
    assert (largest_body(settings), largest_frame(settings)) == (2**20, 2**15)


def test_a_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSERIE_SESSION_LIFETIME", "12h")
    monkeypatch.setenv("CAUSERIE_CORS_ORIGINS", "https://Blog.example:443/, http://localhost:5173")
    monkeypatch.setenv("CAUSERIE_TRUSTED_PROXIES", "127.0.0.1 10.0.0.0/8")
    settings = load_settings()
    assert settings.session_lifetime == 12 * 3600
    assert settings.cors_origins == ("https://blog.example", "http://localhost:5173")
    assert settings.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSERIE_PORT", "9000")
    assert load_settings(port=9001, host=None).port == 9001
    assert load_settings(port=None).port == 9000


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSERIE_PORT", "")
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    "value",
    [
        "auto",
        "none",
        "redis://localhost",
        "rediss://u:p@h:1/15",
        "redis://[::1]:7/",
        f"rediss://h/1?ssl_ca_certs={__file__}&ssl_certfile={__file__}&ssl_keyfile={__file__}",
        "postgresql://u:p@h/blog",
    ],
)
def test_wake_ups_go_the_way_that_is_set(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CAUSERIE_WAKEUP", value)
    assert load_settings().wakeup == value


def test_the_site_is_at_the_server_unless_it_says_otherwise() -> None:
    assert load_settings(host="::1", port=81).own_url == "http://[::1]:81"
    assert load_settings(site_url="https://blog.example/").own_url == "https://blog.example"


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://blog.example", "https://blog.example"),
        ("HTTPS://Blog.Example:443/", "https://blog.example"),
        ("http://[2001:DB8:0:0::1]:80", "http://[2001:db8::1]"),
        ("https://journal.Évry.example", "https://journal.xn--vry-9la.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written: str, origin: str) -> None:
    assert load_settings(cors_origins=written).cors_origins == (origin,)
    settings = load_settings(site_url=written, websocket_origins="https://reader.example")
    assert origins(settings) == (origin,)
    assert socket_origins(settings) == ("https://reader.example", origin)


def test_the_site_may_be_below_an_address() -> None:
    assert origins(load_settings(site_url="https://example.org:8443/blog/")) == ("https://example.org:8443",)


def test_where_posts_are_shared_is_a_list_and_what_is_wrong_with_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [service.id for service in load_settings().share][:3] == ["email", "mastodon", "bluesky"]
    assert load_settings(share="none").share == ()
    monkeypatch.setenv("CAUSERIE_SHARE", "reddit, forum=Our forum=https://forum.example/new?link={url}")
    assert [service.name for service in site(load_settings()).share_services] == ["Reddit", "Our forum"]
    monkeypatch.setenv("CAUSERIE_SHARE", "email,twitter")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (problem,) = refused.value.problems
    assert problem.startswith("CAUSERIE_SHARE must be services separated by commas")
    assert "'twitter' is no service that is known: the known ones are email, mastodon" in problem


def test_every_number_of_live_connections_can_be_set() -> None:
    settings = load_settings(
        websocket_init_timeout="1s",
        websocket_ping_interval="2s",
        websocket_pong_timeout="3s",
        stall_timeout="4s",
        websocket_operations=5,
        websocket_messages_per_second=6,
        websocket_message_burst=7,
        send_buffer="8KiB",
        connections_per_address=9,
        stream_retry="10s",
        answer_limit="11KiB",
    )
    policy = dataclasses.asdict(connection_policy(settings))
    assert list(policy.values()) == [1, 2, 3, 4, 5, 6, 7, 8192, 9, 10, 11264]


def test_who_fetches_says_for_which_site_and_may_ask_those_that_are_named() -> None:
    hosts = "Intranet.example, LOCALHOST:8080 [::1]:81 journal.Évry.example"
    settings = load_settings(site_url="https://journal.Évry.example/à/", fetch_hosts=hosts)
    policy = fetch_policy(settings)
    assert re.fullmatch(r"Causerie/[\d.]+ \(\+https://journal\.xn--vry-9la\.example\)", policy.user_agent)
    assert policy.hosts == {
        ("intranet.example", None),
        ("localhost", 8080),
        ("::1", 81),
        ("journal.xn--vry-9la.example", None),
    }
    assert fetch_policy(load_settings()).hosts == frozenset()


BAD = {
    "port": ["tcp://10.0.0.1:8000", "-1", "65536", "80.5", "http"],
    "readers": ["0", "65", "many"],
    "workers": ["0", "-1", "x"],
    "statement_timeout": ["soon", "0s", "-5s", "5 weeks", "99999d", "nan", "infs"],
    "body_limit": ["7", "big", "-1MiB"],
    "moderation": ["maybe", "AFTER "],
    "graphiql": ["perhaps", "2"],
    "cors_origins": [
        "blog.example",
        "ftp://blog.example",
        "https://blog.example/path",
        "https://",
        "https://a:b",
        "http://localhost:80:*",
        "http://*",
        "http://[::g]",
        "http://[::1",
        "https://a..b\u00e9",
    ],
    "websocket_origins": ["null"],
    "embed_origins": ["*", "https://blog.example, *", "https://blog.example/path"],
    "trusted_proxies": ["proxy.internal", "10.0.0.1/8", "300.1.1.1"],
    "fetch_hosts": [
        "http://localhost",
        "localhost/path",
        "localhost:0",
        "localhost:x",
        "localhost:65536",
        "ada@localhost",
        "*.example",
        "[::g]",
        "::1",
        "a b:c",
    ],
    "database": ["mysql://u:secret@host/db", "postgresql://host", "sqlite://:memory:"],
    "site_url": ["blog.example", "javascript:alert(1)", "https://a:b", "https://*.blog.example"],
    "site_language": ["English!", "e"],
    "site_title": ["a\u202eb", "x" * 501],
    "site_description": ["a\u2067b", "a\ufffe"],
    "limit_depth": ["0", "deep"],
    "argon2_memory": ["1", "x"],
    "wakeup": [
        "redis",
        "http://host",
        "redis://",
        "redis://host:port",
        "redis://host/a",
        "redis://host/0?db=1",
        f"redis://host?ssl_ca_certs={__file__}",
        "rediss://host?ssl_ca_certs=/no/such/file",
        "rediss://host?ssl_ca_certs=",
        "rediss://host?ssl_ca_certs",
        "rediss://host?ssl_cert_reqs=none",
        f"rediss://host?ssl_check_hostname=false&ssl_ca_certs={__file__}",
        "postgresql://host",
    ],
    "feed_poll": ["never", "0s"],
    "log_format": ["xml"],
    "log_level": ["loud"],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in BAD.items() for value in values]
)
def test_a_bad_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, field: str, value: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{field}".upper(), value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (problem,) = refused.value.problems
    expected = f"CAUSERIE_{field.upper()} must be {expected_words(Settings.model_fields[field])}"
    assert problem.startswith(expected)
    assert "\n" not in problem


def test_every_bad_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSERIE_PORT", "x")
    monkeypatch.setenv("CAUSERIE_READERS", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [problem.split()[0] for problem in refused.value.problems] == ["CAUSERIE_READERS", "CAUSERIE_PORT"]


@pytest.mark.parametrize("address", ["DATABASE=mysql://u:secret@host/db", "WAKEUP=redis://:secret@host:port"])
def test_a_refused_address_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(*f"CAUSERIE_{address}".split("=", 1))
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "secret" not in str(refused.value)


def test_a_misspelt_setting_is_noticed() -> None:
    noticed = unknown_settings({"CAUSERIE_PROT": "1", "CAUSERIE_PORT": "1", "PATH": "/bin"})
    assert noticed == ["CAUSERIE_PROT is no setting. Did you mean CAUSERIE_PORT?"]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_the_page_of_settings_has_it_with_its_default(field: str) -> None:
    """`docs/settings.md` has one row for each setting, exactly as it is described in the code."""
    assert settings_row(field) in PAGE.read_text(encoding="utf-8").splitlines()


def settings_row(field: str) -> str:
    info = Settings.model_fields[field]
    default = str(info.default).lower() if isinstance(info.default, bool) else str(info.default)
    shown = f"`{default}`" if default else "empty"
    return f"| `CAUSERIE_{field.upper()}` | {shown} | {info.description} |"
