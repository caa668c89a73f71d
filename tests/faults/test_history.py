"""The judge of histories is judged: it finds each fault that a history can have, and none in a good one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.faults.history import ADDED, REMOVED, Heard, History, Logged, Subscription, Write, problems


@dataclass
class Case:
    """A good history, for tests to spoil: three comments under two posts, the second rejected, a fourth unknown."""

    history: History
    log: list[Logged]
    rows: dict[str, str]

    @property
    def all(self) -> list[Heard]:
        return self.history.subscriptions[0].heard

    @property
    def some(self) -> list[Heard]:
        return self.history.subscriptions[1].heard

    def problems(self) -> list[str]:
        return problems(self.history, self.log, self.rows)


@pytest.fixture
def case() -> Case:
    writes = [Write(f"body {n}", begun=n, ended=n + 0.5, id=f"comment_{n}") for n in (1, 2, 3)]
    writes.append(Write("body 4", begun=4))
    log = [
        Logged("1-a", ADDED, "comment_1", "post_1"),
        Logged("2-b", ADDED, "comment_2", "post_2"),
        Logged("3-c", REMOVED, "comment_2", "post_2"),
        Logged("4-d", ADDED, "comment_3", "post_1"),
    ]
    bodies = {f"comment_{n}": f"body {n}" for n in (1, 2, 3)}
    heard = [
        Heard(event.kind, event.cursor, event.id, bodies[event.id] if event.kind == ADDED else None)
        for event in log
    ]
    subscriptions = [
        Subscription("all", None, "0-0", heard),
        Subscription("some", "post_1", "0-0", [heard[0], heard[3]]),
    ]
    return Case(History(writes, ["comment_2"], subscriptions), log, bodies)


def test_a_good_history_has_no_problem(case: Case) -> None:
    assert case.problems() == []


def test_what_was_removed_need_not_have_been_shown(case: Case) -> None:
    del case.all[1]
    assert case.problems() == []


def test_a_write_that_nobody_acknowledged_may_have_happened(case: Case) -> None:
    case.rows["comment_9"] = "body 4"
    case.log.append(Logged("5-e", ADDED, "comment_9", "post_2"))
    case.all.append(Heard(ADDED, "5-e", "comment_9", "body 4"))
    assert case.problems() == []


def never_written(case: Case) -> None:
    del case.rows["comment_3"]


def written_twice(case: Case) -> None:
    case.rows["comment_9"] = "body 4"
    case.rows["comment_10"] = "body 4"
    for place, id_ in enumerate(("comment_9", "comment_10"), 5):
        case.log.append(Logged(f"{place}-x", ADDED, id_, "post_2"))
        case.all.append(Heard(ADDED, f"{place}-x", id_, "body 4"))


def phantom_row(case: Case) -> None:
    case.rows["comment_9"] = "nobody's"
    case.log.append(Logged("5-e", ADDED, "comment_9", "post_2"))
    case.all.append(Heard(ADDED, "5-e", "comment_9", "nobody's"))


def lost(case: Case) -> None:
    case.all.pop()


def lost_in_the_middle(case: Case) -> None:
    del case.some[0]


def lost_removal(case: Case) -> None:
    del case.all[2]


def delivered_twice(case: Case) -> None:
    case.some.append(case.some[-1])


def out_of_order(case: Case) -> None:
    case.some.reverse()


def phantom(case: Case) -> None:
    case.some.append(Heard(ADDED, "9-z", "comment_9", "body 9"))


def of_another_post(case: Case) -> None:
    case.some.insert(1, case.all[2])


def with_another_text(case: Case) -> None:
    case.some[0] = case.some[0]._replace(body="body 2")


def not_logged(case: Case) -> None:
    del case.log[3], case.all[3], case.some[1]


def logged_twice(case: Case) -> None:
    case.log.append(Logged("5-e", ADDED, "comment_3", "post_1"))
    for heard in (case.all, case.some):
        heard.append(Heard(ADDED, "5-e", "comment_3", "body 3"))


def rejected_in_vain(case: Case) -> None:
    del case.log[2], case.all[2]


def not_in_the_order_of_time(case: Case) -> None:
    case.log.insert(0, case.log.pop())
    case.all.insert(0, case.all.pop())
    case.some.reverse()


def reset(case: Case) -> None:
    case.history.subscriptions[1].complaints.append("FeedReset")


def refused(case: Case) -> None:
    case.history.complaints.append("NotAllowed")


SPOILT: dict[Callable[[Case], None], str] = {
    never_written: "'body 3' was acknowledged as comment_3 and is not there",
    written_twice: "'body 4' is there 2 times",
    phantom_row: "nobody wrote it",
    lost: "all: never heard of Logged(cursor='4-d'",
    lost_in_the_middle: "some: never heard of Logged(cursor='1-a'",
    lost_removal: "all: never heard of Logged(cursor='3-c'",
    delivered_twice: "again, or too late",
    out_of_order: "again, or too late",
    phantom: "which did not happen",
    of_another_post: "which did not happen",
    with_another_text: "whose body is another one",
    not_logged: "'body 3' has the events []",
    logged_twice: "'body 3' has the events ['CommentAdded', 'CommentAdded']",
    rejected_in_vain: "comment_2 was rejected and has the events ['CommentAdded']",
    not_in_the_order_of_time: "which was begun when it had been acknowledged",
    reset: "some: FeedReset",
    refused: "NotAllowed",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_a_bad_history_is_found_out(case: Case, spoil: Callable[[Case], None]) -> None:
    spoil(case)
    found = case.problems()
    assert any(SPOILT[spoil] in problem for problem in found), found


def again(case: Case) -> list[Logged]:
    """The first comment went with its post, and came again."""
    events = [Logged("5-e", REMOVED, "comment_1", "post_1"), Logged("6-f", ADDED, "comment_1", "post_1")]
    case.log += events
    for heard in (case.all, case.some):
        heard += [Heard(REMOVED, "5-e", "comment_1"), Heard(ADDED, "6-f", "comment_1", "body 1")]
    return events


def test_a_comment_may_come_again_with_its_post(case: Case) -> None:
    again(case)
    assert case.problems() == []
    del case.all[0]
    assert case.problems() == []


def test_a_comment_that_came_again_must_have_been_shown(case: Case) -> None:
    _, come = again(case)
    del case.some[-1]
    assert case.problems() == [f"some: never heard of {come}"]


def test_a_comment_does_not_come_twice_in_a_row(case: Case) -> None:
    gone, _ = again(case)
    case.log.remove(gone)
    assert f"'body 1' has the events {[ADDED, ADDED]}" in case.problems()
