import pytest

from storage import BadDatabaseURL
from storage.location import locate


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite://causerie.db", "causerie.db"),
        ("sqlite:///var/lib/causerie.db", "/var/lib/causerie.db"),
        ("sqlite:///with%20space.db", "/with space.db"),
        ("sqlite:///with space.db", "/with space.db"),
        ("causerie.db", "causerie.db"),
        ("/var/lib/100%.db", "/var/lib/100%.db"),
    ],
)
def test_sqlite_addresses_are_paths(url: str, path: str) -> None:
    location = locate(url)
    assert (location.dialect, location.target, location.shown) == ("sqlite", path, path)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_postgresql_addresses_are_shown_without_account_and_password(scheme: str) -> None:
    location = locate(f"{scheme}://ada:secret@db.example.org:5433/blog?sslmode=require")
    assert location.dialect == "postgresql"
    assert location.target == "postgresql://ada:secret@db.example.org:5433/blog?sslmode=require"
    assert location.shown == "postgresql://db.example.org:5433/blog"


def test_a_postgresql_address_may_leave_the_host_to_a_socket() -> None:
    assert locate("postgresql:///blog?host=/tmp").shown == "postgresql:///blog"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "  ",
        "sqlite://",
        "sqlite://:memory:",
        ":memory:",
        "mysql://ada:secret@localhost/blog",
        "postgresql://ada:secret@localhost",
        "postgresql://ada:secret@localhost/",
        "postgresql://ada:secret@localhost:port/blog",
        "postgresql://ada:secret@[::1/blog",
    ],
)
def test_any_other_address_is_refused_with_what_it_should_be(url: str) -> None:
    with pytest.raises(BadDatabaseURL) as caught:
        locate(url)
    assert isinstance(caught.value, ValueError)
    assert "secret" not in str(caught.value)
    assert "file" in str(caught.value)
