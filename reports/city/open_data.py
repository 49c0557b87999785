"""How the city publishes its data each month, as its table [open_data] says. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

USUAL_K: Final = 5
LEAST_K, MOST_K = 2, 100
USUAL_MONTHS: Final = 3
MOST_MONTHS: Final = 24


class Licence(NamedTuple):
    """By its SPDX or usual key: what it is called, and the address that stands for it."""

    name_ja: str
    name_en: str
    address: str


LICENCES: Final[Mapping[str, Licence]] = {
    "CC-BY-4.0": Licence(
        "クリエイティブ・コモンズ 表示 4.0 国際(CC BY 4.0)",
        "Creative Commons Attribution 4.0 International (CC BY 4.0)",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": Licence(
        "クリエイティブ・コモンズ CC0 1.0(権利の放棄)",
        "Creative Commons CC0 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "PDL-1.0": Licence(
        "公共データ利用規約(第1.0版)",
        "Public Data License (Version 1.0)",
        "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
    ),
}
USUAL_LICENCE: Final = "CC-BY-4.0"

_PREFECTURES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
"""In the order of their codes, from 01 on (JIS X 0401)."""
_CODE: Final = re.compile(r"[0-9]{6}")
_WEIGHTS: Final = (6, 5, 4, 3, 2)


class OpenData(NamedTuple):
    """`code`: 全国地方公共団体コード, "" where the city has not said it. `licence`: a key of
    LICENCES. `k`: so many tickets at least are alike in kind and town. `months`: so many months
    before the last one are looked at again at the beginning of each."""

    code: str = ""
    licence: str = USUAL_LICENCE
    k: int = USUAL_K
    months: int = USUAL_MONTHS

    @property
    def prefecture(self) -> str:
        """東京都 of 132101; "" without a code."""
        return prefecture(self.code)


def open_data(facts: Mapping[str, Any]) -> OpenData:
    """By what the city says of itself."""
    said = facts.get("open_data") or {}
    return OpenData(**{name: said[name] for name in OpenData._fields if said.get(name) is not None})


def checked(said: Mapping[str, Any]) -> dict[str, Any]:
    """The table [open_data] with nothing that cannot be. Raises ValueError, in both languages."""
    for key, value in said.items():
        if key not in _WANTED:
            raise ValueError(f"{key} という項目はありません / there is no field {key}")
        holds, japanese, english = _WANTED[key]
        if not holds(value):
            raise ValueError(f"{key} は{japanese} / {key} is {english}")
    return dict(said)


def words_of(field: str, value: Any) -> str:
    """A field of the table in Japanese; None: as where the city says nothing."""
    said = getattr(OpenData(), field) if value is None else value
    return LICENCES[said].name_ja if said in LICENCES else str(said) or "なし"


def is_code(code: str) -> bool:
    """A 全国地方公共団体コード of six digits, of which the last one checks the others (JIS X
    0402)."""
    return bool(_CODE.fullmatch(code) and prefecture(code)) and _check_digit(code) == code[5]


def prefecture(code: str) -> str:
    """The name of the one whose code begins so; "" where there is none."""
    number = int(code[:2] or 0)
    return _PREFECTURES[number - 1] if 1 <= number <= len(_PREFECTURES) else ""


def _is_from(least: int, most: int, value: Any) -> bool:
    return type(value) is int and least <= value <= most


_WANTED: Final[Mapping[str, tuple[Callable[[Any], bool], str, str]]] = {
    "code": (
        lambda value: isinstance(value, str) and is_code(value),
        "全国地方公共団体コード(検査数字までの6桁)です",
        "the code of a municipality, six digits with the check digit",
    ),
    "licence": (
        lambda value: isinstance(value, str) and value in LICENCES,
        f" {'、'.join(LICENCES)} のどれかです",
        f"one of {', '.join(LICENCES)}",
    ),
    "k": (
        lambda value: _is_from(LEAST_K, MOST_K, value),
        f" {LEAST_K}〜{MOST_K} の整数です",
        f"a whole number from {LEAST_K} to {MOST_K}",
    ),
    "months": (
        lambda value: _is_from(0, MOST_MONTHS, value),
        f" 0〜{MOST_MONTHS} の整数です",
        f"a whole number from 0 to {MOST_MONTHS}",
    ),
}
"""What each may be; how that is said in Japanese and in English."""


def _check_digit(code: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=False))
    return str((11 - total % 11) % 10)
