"""One more language is one more file: nothing else is touched, and everything is said in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from examples import LONG
from townsfolk import HARUKA

from bot.wording import languages
from reports.city.categories import category_from
from settings import ROOT

SCRIPT = """
import json, sys
from itertools import islice
from examples import LONG
from things_to_say import SCENES
from townsfolk import resident
from bot.render.table import draw
from bot.wording import LOCALES, Command, command_in, is_urgent, language_in, wording
from store import tasks
from store.database import transaction
from workers.table import KINDS

assert str(LOCALES).startswith(sys.argv[1]), LOCALES
tasks.learn(KINDS)
who = sys.argv[2]
heard = [language_in("Português"), command_in("status 1"), is_urgent("perigo 1")]
given = ("pt", "pt-BR", "PT-pt", "zh-Hant", "zh-Hant-TW", "zh-TW", "zh", "zh-hans", "fr", None)
spoken_to = [wording(language).language for language in given]
with transaction() as db:
    resident(db, who, language_in("Português"))
    spoken = [scene for kind, scene in SCENES.items() if kind != "erased"]
    most = None if LONG else 3
    said = [draw(db, who, say) for scene in spoken for say in islice(scene(db, who), most)]
    print(json.dumps({"heard": heard, "said": said, "spoken_to": spoken_to}))
"""


def in_portuguese() -> str:
    """A fourth file: each text marked, each word to be typed another one."""
    english = languages()["en"]
    lines = [f"commands.{name} = [{json.dumps(f'{name} 1')}]" for name in english.commands]
    lines += ['urgent.words = ["perigo 1"]', 'urgent.but_not = ["sem perigo"]']
    lines += [
        f"texts.{key} = {json.dumps(f'«pt» {text}', ensure_ascii=False)}"
        for key, text in english.texts.items()
    ]
    return "\n".join(lines).replace('"language 1"', '"Português"')


@pytest.mark.long
@pytest.mark.usefixtures("database_url")
def test_a_file_more_is_a_language_more(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot")
    locales = tmp_path / "bot" / "locales"
    (locales / "pt.toml").write_text(in_portuguese(), "utf-8-sig")
    shutil.copy(locales / "en.toml", locales / "zh-Hant.toml")
    (tmp_path / "conversation.py").write_text(SCRIPT, "utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT), str(ROOT / "tests" / "support")])
    done = subprocess.run(
        [sys.executable, tmp_path / "conversation.py", str(tmp_path), HARUKA],
        env=os.environ | {"PYTHONPATH": path, "PUBLIC_URL": "https://michi.example.jp"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    result = json.loads(done.stdout)
    assert result["heard"] == ["pt", "status", True]
    assert result["spoken_to"] == ["pt"] * 3 + ["zh-Hant"] * 5 + ["en", "ja"]
    messages = [message for request in result["said"] for message in request]
    assert len(messages) > (200 if LONG else 90)
    for message in messages:
        assert "«pt»" in (message.get("text") or message["altText"])
        for item in message.get("quickReply", {}).get("items", []):
            label = item["action"]["label"]
            if item["action"]["type"] == "message":
                continue  # the name of another language, in that language
            named = any(name in item["action"].get("data", "") for name in ("category=", "do=road"))
            assert "«pt»" in label or named, label


@pytest.mark.parametrize(
    ("language", "name"), [("ja", "穴"), ("easy_ja", "穴"), ("en", "hole"), ("pt", "hole")]
)
def test_a_category_without_a_name_in_a_language_has_that_of_the_nearest(
    language: str, name: str
) -> None:
    facts = {"key": "k", "names": {"ja": "穴", "en": "hole"}, "icon": "", "department": "road"}
    assert category_from({**facts, "deadline_days": 3}).name(language) == name
