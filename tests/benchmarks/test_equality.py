import pytest

from benchmarks.equality import Different, canonical, compare


def test_ids_and_moments_may_be_written_in_several_ways() -> None:
    one = canonical(b'{"post": {"id": "post_42", "createdAt": "2026-01-02T03:04:05.600000Z"}}')
    other = canonical(b'{"post": {"createdAt": "2026-01-02T04:04:05.6+01:00", "id": "42"}}')
    compare(one, other, "answer")


@pytest.mark.parametrize(
    ("other", "place"),
    [
        (b'{"nodes": [{"id": "post_1", "title": "b"}]}', "answer.nodes[0].title is 'b', not 'a'"),
        (b'{"nodes": [{"id": "post_2", "title": "a"}]}', "answer.nodes[0].id is 2, not 1"),
        (b'{"nodes": []}', "answer.nodes is 0 items, not 1 items"),
        (b'{"nodes": null}', "answer.nodes is None, not 1 items"),
        (b'{"nodes": [{"id": "post_1", "title": "a", "slug": "a"}]}', "answer.nodes[0] is "),
        (b'{"errors": []}', "answer is "),
    ],
)
def test_a_difference_is_named_by_its_place(other: bytes, place: str) -> None:
    with pytest.raises(Different) as caught:
        compare(canonical(b'{"nodes": [{"id": "post_1", "title": "a"}]}'), canonical(other), "answer")
    assert str(caught.value).startswith(place)
