import time

from transfer.formats.keys import Keys


def test_the_first_thing_has_its_key_and_others_have_keys_of_their_own() -> None:
    keys = Keys()
    taken = [keys.take(key) for key in ("7", "a", "7", "a", "7", "07", "", "", "7~2", "63", "64", "128")]
    assert taken == ["7", "a", "7~2", "a~2", "7~3", "07", "", "~2", "7~2~2", "63", "64", "128"]


def test_numbers_of_any_length_and_script_are_keys() -> None:
    keys, numbers = Keys(), ["9" * 30, "٣", "²", "-1", "1.5", "0"]
    assert [keys.take(number) for number in [*numbers, *numbers]] == numbers + [
        f"{number}~2" for number in numbers
    ]


def test_one_key_for_all_does_not_take_long() -> None:
    keys, began = Keys(), time.process_time()
    assert len({keys.take("1") for _ in range(50_000)}) == 50_000
    assert time.process_time() - began < 2
