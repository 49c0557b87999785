"""What is said of it all: a manifest for programs, and a first page in two languages."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from cli.leave.place import SUMS, Written

if TYPE_CHECKING:
    from cli.leave.steps import Asked, Told


def manifest(told: "Told", asked: "Asked", version: str, listed: Sequence[Written]) -> bytes:
    """manifest.json: files with their bytes, SHA-256 and rows. Photos and papers are counted here
    and stand in SHA256SUMS, and photos in data/photo_files.csv."""
    said: dict[str, Any] = {
        "format": "michi leave 1",
        "at": told.at.isoformat(),
        "city": told.city,
        "michi": version,
        "schema": told.schema,
        "time_zone": str(told.at.tzinfo),
        "photos": dataclasses.asdict(told.photos) if asked.photos else None,
        "originals": asked.originals,
        "papers": told.papers,
        "rows": told.rows,
        "map": told.features,
        "not_known_to_this_version": told.unknown,
        "files": [
            {name: value for name, value in dataclasses.asdict(one).items() if value is not None}
            for one in listed
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def texts(told: "Told", asked: "Asked") -> Mapping[str, str]:
    """The first page by language."""
    facts = {
        "city": told.city,
        "at": f"{told.at:%Y-%m-%d %H:%M %z}",
        "tickets": f"{told.rows['tickets']:,}",
        "photos": f"{told.photos.whole:,}",
        "missing": f"{told.photos.missing + told.photos.damaged:,}",
        "sums": SUMS,
    }
    return {
        "ja": (_JA + (_ORIGINALS_JA if asked.originals else _COPIES_JA)).format(**facts),
        "en": (_EN + (_ORIGINALS_EN if asked.originals else _COPIES_EN)).format(**facts),
    }


_JA: Final = """# {city} の道路の通報: すべてのデータ

{at} 現在のデータです。受付票 {tickets} 件、写真のファイル {photos} 個(置き場になかったもの・壊れていたもの {missing} 個)。
Michi がなくても、表計算・データベース・地図のソフトで読めます。

**個人情報を含みます。** 通報した人の言葉、LINE の ID、電話番号、場所、職員の名前、写真です。鍵のかかる所に置き、要る人だけに渡し、
要らなくなったら消してください。どの列に個人情報があるかは `dictionary.csv` の personal の列にあります。
このデータを作った後に住民が消去を求めたら、ここからも消してください。
パスワード・認証の秘密・鍵は入っていません。

| ファイル | 内容 |
|---|---|
| `data/*.csv` | 表ごとの CSV。UTF-8(BOM 付き)、RFC 4180、日時は ISO 8601(時差付き)、空は「ない」、JSON の列は JSON |
| `dictionary.csv` | すべてのファイルのすべての列: 型、空があるか、個人情報か、どの列を指すか、意味(日本語・英語) |
| `codes.csv` | 状態などの記号の意味 |
| `left_out.csv` | 入れていない表・列と、その理由 |
| `map.gpkg` | 地図のデータ(GeoPackage、WGS 84)。層の名前は CSV の名前と同じ。QGIS などで開けます |
| `photos/` | 写真。ファイル名は中身の SHA-256。どの受付票の写真かは `data/photo_files.csv` |
| `papers/` | 作業指示書(PDF・Excel)、巡回日誌(PDF)、頼んだときは受付票(PDF)。名前は番号(id) |
| `city/` | いまの振り分け規則(CSV)と、データの扱いの説明(Markdown) |
| `manifest.json` | 版、件数、ファイルの SHA-256 |
| `{sums}` | すべてのファイルの SHA-256。確かめるには `sha256sum --check {sums}` |

CSV を Excel でじかに開くと、`=` で始まる言葉が式として計算され、`0012` の 0 が消えます。「データ > テキストまたは CSV から」で、
列をすべて「テキスト」にして読みこんでください。
監査ログの鎖は確かめられます: `audit_seals.csv` の hash は、前の hash(最初は 0 が 32 バイト)に、seq、id、at(1970 年からのマイクロ秒、UTC)、kind、
what、about、user_id、via、address、old、new を netstring(空は `-`)で続けたものの SHA-256 です。
"""
_COPIES_JA: Final = """
写真は、大きさ 1024 px までの写し(EXIF なし)と、隠した写しです。届いたままの写真と、職員が隠した写真は入っていません(`--originals`)。
"""
_ORIGINALS_JA: Final = """
写真には、**届いたままのもの(撮影場所などの EXIF を含む)と、職員が隠したもの**も入っています。
"""
_EN: Final = """# Road reports of {city}: all data

As of {at}: {tickets} tickets, {photos} files of photos ({missing} were missing or damaged in the store).
Spreadsheets, databases and map programs read it without Michi.

**It holds personal data**: words of residents, their LINE ids, telephone numbers, places, names of staff, photos. Keep it locked up, give
it to whoever needs it alone, and delete it when nobody does. Which columns are personal stands in `dictionary.csv`.
Whoever is erased after this was made is to be erased from it too.
Passwords, secrets of sign-ins and keys are not in it.

| file | what |
|---|---|
| `data/*.csv` | a CSV of each table: UTF-8 with a byte-order mark, RFC 4180, times in ISO 8601 with their zone, empty is "none", JSON columns hold JSON |
| `dictionary.csv` | every column of every file: type, whether it may be empty, whether it is personal, what it refers to, what it means |
| `codes.csv` | what codes such as statuses mean |
| `left_out.csv` | tables and columns that are not here, and why |
| `map.gpkg` | what lies on the map (GeoPackage, WGS 84); a layer is called as its CSV |
| `photos/` | photos, named by the SHA-256 of their bytes; whose they are: `data/photo_files.csv` |
| `papers/` | work orders (PDF, workbook), patrol logs (PDF), tickets (PDF) where they were asked for; named by id |
| `city/` | the routing rules in use (CSV), and what is said of the data (Markdown) |
| `manifest.json` | versions, counts, SHA-256 of files |
| `{sums}` | SHA-256 of every file: `sha256sum --check {sums}` |

A CSV that is opened in Excel directly takes words that begin with `=` for formulas, and drops the zeros of `0012`: read it in as text.
The audit log's chain can be verified: a hash of `audit_seals.csv` is the SHA-256 of the hash before (at first 32 bytes of 0) followed by
seq, id, at (microseconds since 1970, UTC), kind, what, about, user_id, via, address, old, new, each as a netstring (`-` for none).
"""
_COPIES_EN: Final = """
Photos are copies of at most 1024 pixels without EXIF, and those with what is covered covered. Photos as they were sent, and those that
staff have hidden, are not here (`--originals`).
"""
_ORIGINALS_EN: Final = """
Photos **as they were sent (with EXIF, places too) and those that staff have hidden** are here as well.
"""
