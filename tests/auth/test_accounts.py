import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from auth import accounts, sessions
from auth.passwords import hash_password, verify_password
from auth.policy import AuthPolicy
from auth.viewer import Viewer, anonymous
from models import Role, Session, Throttle, User
from models.errors import InvalidCredentials, InvalidInput, NotFound, NotSignedIn, TooManyRequests
from tests import factories
from tests.auth.conftest import CHEAP, POLICY, cost

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = "correct horse battery"
BETTER = "staple correct horses"
HOME = "192.0.2.7"
STRICT = replace(POLICY, sign_in_account=replace(POLICY.sign_in_account, attempts=10))


async def account(**values: object) -> User:
    return await factories.user(
        **{"email": "ada@example.org", "password_hash": await hash_password(CHEAP, GOOD), **values}
    )


async def sign_up(**values: str | None) -> accounts.SignedIn:
    asked = {"email": "ada@example.org", "username": "ada", "password": GOOD, "name": "Ada", "address": HOME}
    return await accounts.sign_up(POLICY, **{**asked, **values}, now=NOW)  # type: ignore[arg-type]


async def sign_in(
    email: str = "ada@example.org",
    password: str = GOOD,
    address: str | None = HOME,
    now: datetime = NOW,
    policy: AuthPolicy = POLICY,
) -> accounts.SignedIn:
    return await accounts.sign_in(policy, email=email, password=password, address=address, now=now)


def viewer(user: User) -> Viewer:
    return Viewer(id=user.id, role=user.role, now=NOW)


async def session_of(signed_in: accounts.SignedIn) -> sessions.SignedInSession:
    session = await sessions.find(POLICY.sessions, signed_in.token, NOW)
    assert session is not None
    return session


# Signing up.


@on_each_database
async def test_signing_up_makes_a_readers_account_and_signs_in() -> None:
    signed_in = await sign_up(email=" Ada@Example.org ", username="Ada", name="  Ada   Lovelace ")
    user = await User.get()
    assert (user.email, user.username, user.name, user.role) == (
        "ada@example.org",
        "ada",
        "Ada Lovelace",
        Role.READER,
    )
    assert user.created_at == NOW
    assert (await session_of(signed_in)).user_id == user.id == signed_in.user_id
    assert signed_in.expires_at == NOW + timedelta(days=30)


@on_sqlite
async def test_the_stored_hash_is_the_passwords() -> None:
    await sign_up()
    assert await verify_password(CHEAP, (await User.get()).password_hash, GOOD)


@on_sqlite
async def test_without_a_name_the_username_is_the_name() -> None:
    await sign_up(name=None)
    assert (await User.get()).name == "ada"


@on_each_database
async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_stored() -> None:
    with pytest.raises(InvalidInput) as refused:
        await sign_up(email="nul\x00@example.org", username="\ud800", name="\x00", password="password")
    assert [field for field, _ in refused.value.fields] == ["email", "username", "name", "password"]
    assert await User.all().count() == 0
    assert await Throttle.all().count() == 0


@on_sqlite
async def test_a_taken_address_and_a_taken_username_are_both_told(hashes_computed: list[str]) -> None:
    await factories.user(email="ada@example.org")
    await factories.user(username="ada")
    with pytest.raises(InvalidInput) as refused:
        await sign_up(email="ADA@example.org", username="Ada")
    assert [field for field, _ in refused.value.fields] == ["email", "username"]
    assert await User.all().count() == 2
    assert await Session.all().count() == 0
    assert hashes_computed == []


@on_each_database
async def test_a_reserved_username_is_given_by_the_sites_owner_only() -> None:
    with pytest.raises(InvalidInput) as refused:
        await sign_up(username="Admin")
    assert [field for field, _ in refused.value.fields] == ["username"]
    assert not await User.exists()
    given = {"email": "ada@example.org", "username": "Admin", "password": GOOD, "name": None}
    await accounts.create_account(CHEAP, **given, role=Role.READER, now=NOW)  # type: ignore[arg-type]
    assert await User.exists(username="admin")


SPELLINGS = ("zoé@münchen.example", "ZOÉ@xn--mnchen-3ya.example", "zoe\u0301@mu\u0308nchen.example")


@on_each_database
async def test_the_spellings_of_an_address_are_one_account() -> None:
    for spelling in SPELLINGS:
        made = await sign_up(email=spelling)
        assert (await User.get(id=made.user_id)).email == SPELLINGS[0]
        for other in SPELLINGS:
            assert (await sign_in(email=other)).user_id == made.user_id
            with pytest.raises(InvalidInput) as refused:
                await sign_up(email=other, username="other")
            assert refused.value.fields == (
                ("email", "There is an account with this e-mail address already."),
            )
            with pytest.raises(InvalidInput):
                await accounts.create_account(
                    CHEAP, email=other, username="other", password=GOOD, name=None, role=Role.READER, now=NOW
                )
        await User.filter(id=made.user_id).delete()
        await Throttle.all().delete()


@on_each_database
async def test_of_accounts_from_when_spellings_were_told_apart_each_still_signs_in() -> None:
    for number, spelling in enumerate(SPELLINGS[:2]):
        await account(email=spelling.lower(), name=str(number))
    for number, spelling in enumerate(SPELLINGS[:2]):
        user = await User.get(id=(await sign_in(email=spelling)).user_id)
        assert user.name == str(number)


@on_each_database
async def test_of_two_sign_ups_at_once_one_gets_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=10)
    compute = PasswordHasher.hash

    def compute_together(hasher: PasswordHasher, secret: bytes) -> str:
        both.wait()
        return compute(hasher, secret)

    monkeypatch.setattr(PasswordHasher, "hash", compute_together)
    outcomes = await asyncio.gather(sign_up(), sign_up(), return_exceptions=True)
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, InvalidInput))
    assert [field for field, _ in refused.fields] == ["email", "username"]
    assert await User.all().count() == 1
    assert await Session.all().count() == 1


@on_each_database
async def test_sign_ups_from_one_address_are_throttled_before_any_hash(hashes_computed: list[str]) -> None:
    for number in range(5):
        await sign_up(email=f"ada{number}@example.org", username=f"ada{number}")
    del hashes_computed[:]
    with pytest.raises(TooManyRequests) as refused:
        await sign_up(email="grace@example.org", username="grace")
    assert refused.value.retry_after == 3600
    assert hashes_computed == []
    await sign_up(email="grace@example.org", username="grace", address="192.0.2.8")


@on_sqlite
async def test_sign_ups_with_one_address_of_mail_are_throttled() -> None:
    await factories.user(email="ada@example.org")
    for number in range(5):
        with pytest.raises(InvalidInput):
            await sign_up(address=f"192.0.2.{number}")
    with pytest.raises(TooManyRequests):
        await sign_up(address="192.0.2.9")


@on_sqlite
async def test_clients_without_an_address_are_not_counted_together() -> None:
    for number in range(7):
        await sign_up(email=f"ada{number}@example.org", username=f"ada{number}", address=None)
    assert await User.all().count() == 7


@on_sqlite
async def test_the_command_line_makes_accounts_of_any_role() -> None:
    user_id = await accounts.create_account(
        CHEAP, email="root@example.org", username="root", password=GOOD, name=None, role=Role.ADMIN, now=NOW
    )
    assert (await User.get(id=user_id)).role is Role.ADMIN
    assert await Session.all().count() == 0
    with pytest.raises(InvalidInput):
        await accounts.create_account(
            CHEAP,
            email="root@example.org",
            username="root",
            password="short",
            name=None,
            role=Role.ADMIN,
            now=NOW,
        )


# Signing in.


@on_each_database
async def test_the_right_password_signs_in() -> None:
    user = await account(role=Role.AUTHOR)
    signed_in = await sign_in(email="  ADA@example.org")
    session = await session_of(signed_in)
    assert (session.user_id, session.role) == (user.id, Role.AUTHOR)
    assert signed_in.user_id == user.id


@on_each_database
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "wrong horse battery"),
        ("ada@example.org", GOOD + "x" * 300),
        ("nobody@example.org", GOOD),
        ("", GOOD),
        ("nul\x00@example.org", GOOD),
        ("lone\ud800@example.org", GOOD),
        ("a" * 100_000 + "@example.org", GOOD),
    ],
)
async def test_what_is_wrong_is_not_told_and_costs_the_same(
    email: str, password: str, hashes_computed: list[str]
) -> None:
    user = await account()
    del hashes_computed[:]
    with pytest.raises(InvalidCredentials) as refused:
        await sign_in(email=email, password=password)
    assert str(refused.value) == "The e-mail address or the password is wrong."
    assert hashes_computed == [cost(user.password_hash)]
    assert await Session.all().count() == 0


@on_sqlite
async def test_an_account_without_a_password_lets_nobody_in(hashes_computed: list[str]) -> None:
    await account(password_hash="!")
    del hashes_computed[:]
    with pytest.raises(InvalidCredentials):
        await sign_in(password="!")
    assert len(hashes_computed) == 1


@on_each_database
async def test_a_hash_of_an_older_cost_is_renewed_at_sign_in() -> None:
    user = await account()
    dearer = replace(POLICY, hashing=replace(CHEAP, time_cost=2))
    await sign_in(policy=dearer)
    renewed = (await User.get(id=user.id)).password_hash
    assert cost(renewed) == "argon2id$v=19$m=64,t=2,p=1" != cost(user.password_hash)
    await sign_in(policy=dearer)
    assert (await User.get(id=user.id)).password_hash == renewed


@on_sqlite
async def test_a_wrong_password_renews_nothing() -> None:
    user = await account()
    dearer = replace(POLICY, hashing=replace(CHEAP, time_cost=2))
    with pytest.raises(InvalidCredentials):
        await sign_in(password="wrong horse battery", policy=dearer)
    assert (await User.get(id=user.id)).password_hash == user.password_hash


@on_each_database
@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
async def test_tries_for_one_account_are_throttled_where_they_come_from_whether_it_exists_or_not(
    email: str, hashes_computed: list[str]
) -> None:
    await account()
    await guess(5, email=email, address="2001:db8::1")
    del hashes_computed[:]
    with pytest.raises(TooManyRequests) as refused:
        await sign_in(email=email, address="2001:db8::2")
    assert refused.value.retry_after == 30
    assert hashes_computed == []


@on_each_database
async def test_a_stranger_cannot_keep_an_account_from_its_owner() -> None:
    await account()
    await guess(5, address="198.51.100.1")
    with pytest.raises(TooManyRequests):
        await sign_in(address="198.51.100.1")
    assert await sign_in(address=HOME)


@on_sqlite
@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
async def test_many_strangers_together_are_throttled_whether_the_account_exists_or_not(
    email: str, hashes_computed: list[str]
) -> None:
    await account()
    for number in range(10):
        await guess(1, email=email, address=f"198.51.100.{number}", policy=STRICT)
    del hashes_computed[:]
    with pytest.raises(TooManyRequests) as refused:
        await sign_in(email=email, address="203.0.113.1", policy=STRICT)
    assert refused.value.retry_after == 30
    assert hashes_computed == []


@on_each_database
async def test_many_strangers_cannot_keep_an_account_from_its_owner_where_it_has_signed_in_lately() -> None:
    await account()
    await sign_in(address=HOME, policy=STRICT)
    for number in range(10):
        await guess(1, address=f"198.51.100.{number}", policy=STRICT)
    with pytest.raises(TooManyRequests):
        await sign_in(address="203.0.113.1", policy=STRICT)
    assert await sign_in(address=HOME, policy=STRICT)
    await guess(4, address=HOME, policy=STRICT)
    with pytest.raises(InvalidCredentials):
        await sign_in(password="wrong horse battery", address=HOME, policy=STRICT)
    with pytest.raises(TooManyRequests):  # what is familiar may not guess more than others either
        await sign_in(address=HOME, policy=STRICT)


@on_sqlite
async def test_an_address_is_familiar_for_a_while_and_to_one_account_only() -> None:
    await account()
    await account(email="grace@example.org")
    await sign_in(address=HOME, now=NOW - timedelta(days=30), policy=STRICT)
    for email in ("ada@example.org", "grace@example.org"):
        for number in range(10):
            await guess(1, email=email, address=f"198.51.{number}.{len(email)}", policy=STRICT)
        with pytest.raises(TooManyRequests):
            await sign_in(email=email, address=HOME, policy=STRICT)


@on_sqlite
async def test_strangers_get_about_two_hundred_guesses_a_day() -> None:
    guesses, now, ends = 0, NOW, NOW + timedelta(days=1)
    while now < ends:
        try:
            address = f"198.51.{guesses // 250}.{guesses % 250}"
            await sign_in(password="wrong horse battery", address=address, now=now)
        except InvalidCredentials:
            guesses += 1
        except TooManyRequests as refused:
            now += timedelta(seconds=refused.retry_after)
    assert 190 < guesses < 210


async def guess(times: int, **asked: object) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            await sign_in(password="wrong horse battery", **asked)  # type: ignore[arg-type]


@on_sqlite
async def test_a_throttled_account_opens_again_for_its_owner() -> None:
    await account()
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await sign_in(password="wrong horse battery")
    assert await sign_in(now=NOW + timedelta(seconds=30))


@on_sqlite
async def test_success_forgets_the_failures_of_the_account() -> None:
    await account()
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(InvalidCredentials):
                await sign_in(password="wrong horse battery", address=None)
        await sign_in(address=None)


@on_sqlite
async def test_failures_from_one_address_are_throttled_over_all_accounts() -> None:
    await account()
    for number in range(20):
        with pytest.raises(InvalidCredentials):
            await sign_in(email=f"user{number}@example.org")
    with pytest.raises(TooManyRequests):
        await sign_in()
    assert await sign_in(address="192.0.2.8")


@on_each_database
async def test_success_forgives_the_address_itself_but_no_failure() -> None:
    await account()
    for number in range(19):
        with pytest.raises(InvalidCredentials):
            await sign_in(email=f"user{number}@example.org")
    for _ in range(3):
        await sign_in()
    with pytest.raises(InvalidCredentials):
        await sign_in(email="last@example.org")
    with pytest.raises(TooManyRequests):
        await sign_in()


@on_each_database
async def test_guesses_at_one_moment_do_not_slip_past_the_throttle(hashes_computed: list[str]) -> None:
    await account()
    del hashes_computed[:]
    outcomes = await asyncio.gather(
        *(sign_in(password=f"wrong horse {number}") for number in range(20)), return_exceptions=True
    )
    assert sum(isinstance(outcome, InvalidCredentials) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes) == 15
    assert len(hashes_computed) == 5


@on_each_database
async def test_a_password_that_changes_meanwhile_lets_nobody_in_with_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = await account()
    verifying, changed = threading.Event(), threading.Event()
    verify = PasswordHasher.verify

    def verify_slowly(hasher: PasswordHasher, encoded: str, secret: bytes) -> bool:
        right = verify(hasher, encoded, secret)
        verifying.set()
        assert changed.wait(10)
        return right

    monkeypatch.setattr(PasswordHasher, "verify", verify_slowly)
    signing_in = asyncio.create_task(sign_in())
    await asyncio.to_thread(verifying.wait, 10)
    await accounts.set_password(CHEAP, user.id, BETTER)
    changed.set()
    with pytest.raises(InvalidCredentials):
        await signing_in
    assert await Session.all().count() == 0


@on_each_database
async def test_signing_out_ends_this_session() -> None:
    await account()
    here, there = await sign_in(), await sign_in()
    await accounts.sign_out((await session_of(here)).session_id)
    assert await sessions.find(POLICY.sessions, here.token, NOW) is None
    assert await sessions.find(POLICY.sessions, there.token, NOW)


@on_sqlite
async def test_signing_out_everywhere_ends_every_session() -> None:
    user = await account()
    here, there = await sign_in(), await sign_in()
    await accounts.sign_out_everywhere(user.id)
    assert [await sessions.find(POLICY.sessions, each.token, NOW) for each in (here, there)] == [None, None]


# Changing the password.


async def change(user: User, session_id: int | None = None, current: str = GOOD, new: str = BETTER) -> None:
    await accounts.change_password(
        viewer(user), POLICY, current=current, new=new, session_id=session_id, now=NOW
    )


@on_each_database
async def test_a_changed_password_signs_in_and_the_old_one_no_longer() -> None:
    await change(await account())
    assert await sign_in(password=BETTER)
    with pytest.raises(InvalidCredentials):
        await sign_in(password=GOOD)


@on_each_database
async def test_changing_the_password_ends_every_other_session() -> None:
    user = await account()
    here, there = await sign_in(), await sign_in()
    await change(user, (await session_of(here)).session_id)
    assert await sessions.find(POLICY.sessions, here.token, NOW)
    assert await sessions.find(POLICY.sessions, there.token, NOW) is None


@on_each_database
@pytest.mark.parametrize(
    ("current", "new", "error"),
    [
        ("wrong horse battery", BETTER, InvalidCredentials),
        (GOOD, "password", InvalidInput),
        (GOOD, "ada@example.org", InvalidInput),
    ],
)
async def test_a_refused_change_changes_nothing(current: str, new: str, error: type[Exception]) -> None:
    user = await account()
    other = await sign_in()
    with pytest.raises(error):
        await change(user, current=current, new=new)
    assert (await User.get(id=user.id)).password_hash == user.password_hash
    assert await sessions.find(POLICY.sessions, other.token, NOW)


@on_sqlite
async def test_a_weak_new_password_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        await change(await account(), new="short")
    assert refused.value.fields == (("newPassword", "A password has 8 to 256 characters."),)


@on_sqlite
async def test_a_common_password_is_refused_however_it_is_typed() -> None:
    fullwidth, user = "ｐａｓｓｗｏｒｄ１", await account()
    with pytest.raises(InvalidInput, match="not valid"):
        await change(user, new=fullwidth)
    with pytest.raises(InvalidInput, match="not valid"):
        await accounts.set_password(CHEAP, user.id, fullwidth)
    with pytest.raises(InvalidInput, match="not valid"):
        await sign_up(email="other@example.org", password=fullwidth)
    assert await User.all().count() == 1


@on_sqlite
async def test_guesses_of_the_current_password_are_throttled() -> None:
    user = await account()
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await change(user, current="wrong horse battery")
    with pytest.raises(TooManyRequests):
        await change(user)
    assert await sign_in()


@on_each_database
async def test_success_forgets_the_wrong_guesses_of_the_current_password() -> None:
    user = await account()
    for _ in range(4):
        with pytest.raises(InvalidCredentials):
            await change(user, current="wrong horse battery")
    await change(user)
    assert await Throttle.all().count() == 0


@on_sqlite
async def test_only_somebody_signed_in_changes_a_password() -> None:
    for nobody in (anonymous(), Viewer(id=404, role=Role.READER, now=NOW)):
        with pytest.raises(NotSignedIn):
            await accounts.change_password(nobody, POLICY, current=GOOD, new=BETTER, session_id=None, now=NOW)


@on_each_database
async def test_the_command_line_sets_a_password_and_ends_every_session() -> None:
    user = await account()
    signed_in = await sign_in()
    await accounts.set_password(CHEAP, user.id, BETTER)
    assert await sessions.find(POLICY.sessions, signed_in.token, NOW) is None
    assert await sign_in(password=BETTER)


@on_sqlite
async def test_the_command_line_is_told_what_it_cannot_set() -> None:
    user = await account()
    with pytest.raises(InvalidInput):
        await accounts.set_password(CHEAP, user.id, "short")
    with pytest.raises(NotFound):
        await accounts.set_password(CHEAP, 404, BETTER)
    assert (await User.get(id=user.id)).password_hash == user.password_hash


@on_sqlite
async def test_who_has_signed_in_from_here_lately_goes_before_a_crowd_of_strangers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await account()
    await sign_in()
    narrow = replace(POLICY, hashing=replace(CHEAP, at_once=1, waiting=3))
    go_on, compared, compare = threading.Event(), [], PasswordHasher.verify

    def verify(hasher: PasswordHasher, encoded: str, secret: bytes) -> bool:
        assert go_on.wait(30)
        compared.append(secret.decode())
        return compare(hasher, encoded, secret)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    guesses = [
        asyncio.create_task(
            sign_in(password=f"guess {number}", address=f"192.0.2.{100 + number}", policy=narrow)
        )
        for number in range(5)
    ]
    refused, _ = await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)  # the line is full
    owner = asyncio.create_task(sign_in(policy=narrow))
    one_more, _ = await asyncio.wait(set(guesses) - refused, return_when=asyncio.FIRST_COMPLETED)
    assert all(isinstance(each.exception(), TooManyRequests) for each in refused | one_more)
    go_on.set()
    assert (await owner).token
    await asyncio.gather(*guesses, return_exceptions=True)
    assert compared.index(GOOD) == 1
