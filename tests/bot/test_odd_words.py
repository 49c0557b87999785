"""Whatever stands in a row of `messages`, its person is heard, and others are answered."""

import pytest
from line_nearby import Line, push, send, states
from townsfolk import HARUKA, ICHIRO, arrive, hear, rows, said, value, words

from bot import inbox
from bot.hearing import hear_everything

ODD = [
    '[{"x": 1}]', '["x"]', "[null]", "[[]]", '"x"', "{}", "7", "null", '[{"say": {}}]',
    '[{"say": "moved", "ticket_id": {}, "history_id": 1}]',
    '[{"say": "moved", "ticket_id": 99999999999999999999, "history_id": 1}]',
    '[{"say": "outside", "ja": [1]}]',
]  # fmt: skip
BECOMES = "UPDATE messages SET say = CAST(:say AS jsonb), created_at = now() - interval '2 hours'"
NOTHING_TO_HARUKA = f"""
    CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE data_exception; END $$;
    CREATE TRIGGER trouble BEFORE INSERT ON messages FOR EACH ROW
    WHEN (NEW.recipient = '{HARUKA}') EXECUTE FUNCTION trouble()
"""


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_stand_in_nobodys_way(line: Line, haruka: str, odd: str) -> None:
    push(haruka, "groups")
    rows(BECOMES, say=odd)
    push(haruka, "sorry")
    send()
    assert "waiting" not in states()
    assert len(line.words(haruka)) == 1


@pytest.mark.parametrize("odd", ODD)
def test_who_is_to_be_told_odd_words_is_heard(line: Line, haruka: str, odd: str) -> None:
    push(haruka, "groups")
    rows(BECOMES, say=odd)
    hear(words("こんにちは", haruka))
    assert value("SELECT attempts FROM inbox") == 0
    assert value("SELECT count(*) FROM messages WHERE event_id IS NOT NULL") == 1
    rows("UPDATE messages SET reply_token = :token WHERE event_id > 0", token=line.token(haruka))
    send()
    assert len(line.words(haruka)) == 1


@pytest.mark.usefixtures("database_url")
@pytest.mark.changes_the_schema
def test_what_fails_for_ever_is_given_up_even_where_sorry_fails() -> None:
    rows(NOTHING_TO_HARUKA)
    arrive(words("こんにちは", HARUKA), words("こんにちは", ICHIRO))
    for _ in range(inbox.MOST_ATTEMPTS):
        rows("UPDATE inbox SET retry_at = now() WHERE done_at IS NULL")
        hear_everything()
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL") == 0
    assert (said(HARUKA), len(said(ICHIRO))) == ([], 1)
