"""A secret of a page never stands there twice alike, and comes back as it was."""

import pytest

from web.kit.masks import masked, unmasked

SECRET = "3fJ-_x9Zq0"


def test_a_masked_secret_comes_back_and_never_looks_the_same() -> None:
    seen = {masked(SECRET) for _ in range(100)}
    assert len(seen) == 100
    assert {unmasked(one) for one in seen} == {SECRET}
    assert not any(SECRET in one for one in seen)


@pytest.mark.parametrize("written", ["", "a", "日本", "====", SECRET, "A" * 1000, "\0"])
def test_what_is_no_mask_is_another_secret(written: str) -> None:
    assert unmasked(written) != SECRET
