"""Text of city files is read in the encoding it is in, or refused; it never becomes rubbish."""

import json
import struct
import time
from pathlib import Path

import pytest
from made_files import point, staged, write
from sqlalchemy.orm import Session

from geo.gis_import.gis_files import opened
from geo.gis_import.text_encoding import Encoding, decided, encoding_of
from geo.kinds import BadFile

HERE = (-29_000.0, -33_000.0)
NAMES = {
    "kanji": ["本町六丁目", "小金井街道①", "髙橋通り", "ソ連表示能", "～－∥"],
    "half-width katakana": ["ﾊﾝｶｸﾄﾞｵﾘ", "ﾃｱﾄｳ", "ﾀﾞｲﾔ"],
    "half-width among others": ["本町ﾃｱ", "ﾄｳｷｮｳ街道", "A-1"],
    "full-width": ["ＡＢＣ通り", "第２号線", "・ー々"],
}


SPELLINGS = (
    "932", "Shift_JIS", "SJIS", "cp932", "Windows-31J", "windows-31j", "x-sjis", "SJIS-win",
    "ANSI 932", "OEM 932", "MS932", "MS_Kanji", "csWindows31J", "Shift-JIS", "shiftjis",
    "windows-932", "CP932\r\n", "\ufeffx-sjis", "シフトJIS",
)  # fmt: skip


def lights(folder: Path, names: list[str], encoding: str, *, cpg: bool = False) -> Path:
    shapes = [point(HERE[0] + i, HERE[1]) for i in range(len(names))]
    keys = [f"N{number}" for number in range(len(names))]
    return write(
        folder / "lights.shp", shapes, {"名称": names, "番号": keys},
        form="Point", encoding=encoding, cpg=cpg,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_japanese_without_cpg_is_read_as_it_was_written(
    db: Session, tmp_path: Path, names: list[str], encoding: str
) -> None:
    file = lights(tmp_path, names, encoding)
    preview = staged(
        db, file, "streetlight", columns={"name": "名称", "key": "番号"}, elsewhere=True
    )
    assert [row["name"] for row in preview.sample] == names
    assert encoding_of(file.with_suffix(".dbf"), None).name == encoding


def test_half_width_katakana_that_would_also_be_utf_8_are_cp932() -> None:
    both = "ﾃｱﾄｳ".encode("cp932")
    assert both.decode("utf-8")
    found = decided([both], "a.dbf")
    assert (found.name, found.rival) == ("cp932", "utf-8")


@pytest.mark.parametrize("words", ["Peña Ave", "Curaçao St", "Straße", "小金井 Peña"])
def test_accents_among_latin_letters_are_utf_8(words: str) -> None:
    assert decided([words.encode()], "a.dbf").name == "utf-8"


def test_a_full_width_blank_is_of_words_too() -> None:
    for encoding in ("cp932", "utf-8"):
        assert decided(["A\u3000B".encode(encoding)], "a.dbf").name == encoding


def test_plain_ascii_needs_no_decision() -> None:
    assert decided([b"Main St", b"A-1"], "a.dbf").how == "ascii"


def test_a_letter_cut_in_two_by_the_columns_width_is_no_reason_to_refuse() -> None:
    for encoding in ("cp932", "utf-8"):
        raw = "本町六丁目".encode(encoding)[:-1]
        assert decided([raw], "a.dbf").name == encoding


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_names_and_values_cut_in_two_are_read_as_far_as_they_go(
    db: Session, tmp_path: Path, encoding: str
) -> None:
    """Columns have ten bytes for their name: UTF-8 has no room for 管理番号, and many cut it."""
    file = write(
        tmp_path / "a.shp", [point(*HERE)], {"NAMENAMENA": ["x" * 79], "k": ["本"]}, form="Point",
        encoding=encoding, cpg=False,
    )  # fmt: skip
    dbf = file.with_suffix(".dbf")
    name, value = "ab管理番号".encode(encoding)[:10], ("ab" + "本" * 40).encode(encoding)[:79]
    raw = dbf.read_bytes().replace(b"NAMENAMENA", name.ljust(10, b"\0")).replace(b"x" * 79, value)
    dbf.write_bytes(raw)
    column = {"utf-8": "ab管理", "cp932": "ab管理番号"}[encoding]
    preview = staged(db, file, "mirror", columns={"key": column}, elsewhere=True)
    assert preview.sample[0]["key"] == "ab" + "本" * {"utf-8": 25, "cp932": 38}[encoding]


def test_the_note_beside_the_file_is_believed_when_it_fits(db: Session, tmp_path: Path) -> None:
    file = lights(tmp_path, NAMES["kanji"], "cp932", cpg=True)
    for note in SPELLINGS:
        file.with_suffix(".cpg").write_bytes(note.encode())
        found = encoding_of(file.with_suffix(".dbf"), None)
        assert (found.name, found.how) == ("cp932", "cpg")
        preview = staged(db, file, "streetlight", columns={"name": "名称"}, elsewhere=True)
        assert preview.sample[0]["name"] == "本町六丁目"


def test_a_note_that_does_not_fit_is_refused_with_the_row_and_the_way_out(tmp_path: Path) -> None:
    file = lights(tmp_path, ["plain", "本町"], "cp932", cpg=True)
    file.with_suffix(".cpg").write_text("UTF-8")
    with pytest.raises(BadFile, match=r"--encoding cp932"):
        encoding_of(file.with_suffix(".dbf"), None)
    assert encoding_of(file.with_suffix(".dbf"), "cp932").how == "given"
    for note in ("klingon", "hex", "\0klingon"):
        file.with_suffix(".cpg").write_text(note)
        with pytest.raises(BadFile, match=r"unknown encoding.*--encoding cp932"):
            encoding_of(file.with_suffix(".dbf"), None)


@pytest.mark.parametrize("said", SPELLINGS)
def test_an_encoding_is_given_in_the_same_spellings(tmp_path: Path, said: str) -> None:
    file = lights(tmp_path, NAMES["kanji"], "cp932")
    assert encoding_of(file.with_suffix(".dbf"), said).name == "cp932"
    words = '{"type": "FeatureCollection", "features": []}'
    (tmp_path / "a.geojson").write_text(words, "cp932")
    with opened(tmp_path / "a.geojson", encoding=said) as opened_file:
        assert opened_file.encoding.name == "cp932"


@pytest.mark.parametrize(
    ("note", "encoding"),
    [("UTF8", "utf-8"), ("utf_8", "utf-8"), ("65001", "utf-8"), ("UTF-8N", "utf-8"),
     ("EUC-JP", "euc-jp"), ("ujis", "euc-jp"), ("20932", "euc-jp")],
)  # fmt: skip
def test_other_encodings_have_spellings_too(tmp_path: Path, note: str, encoding: str) -> None:
    file = lights(tmp_path, ["本町六丁目"], encoding, cpg=False)
    file.with_suffix(".cpg").write_text(note)
    assert encoding_of(file.with_suffix(".dbf"), None) == Encoding(encoding, "cpg")


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(BadFile, match="--encoding"):
        decided([b"\x81\x20\xff"], "a.dbf")


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_geojson_may_be_in_either_too(db: Session, tmp_path: Path, encoding: str) -> None:
    feature = {
        "type": "Feature",
        "properties": {"key": "K1", "name": "髙橋通り"},
        "geometry": {"type": "Point", "coordinates": [139.5, 35.7]},
    }
    whole = {"type": "FeatureCollection", "features": [feature]}
    file = tmp_path / "lights.geojson"
    file.write_text(json.dumps(whole, ensure_ascii=False), encoding=encoding)
    preview = staged(db, file, "mirror")
    assert preview.sample[0]["name"] == "髙橋通り"


@pytest.mark.parametrize("width", [0, 255])
def test_columns_that_stand_in_no_row_cost_nothing(tmp_path: Path, width: int) -> None:
    rows, columns = 50_000, 2_040
    raw = struct.pack("<4xIHH20x", rows, 33 + 32 * columns, 1)
    raw += columns * (b"name".ljust(11, b"\0") + b"C" + bytes([0, 0, 0, 0, width]) + bytes(15))
    (tmp_path / "a.dbf").write_bytes(raw + b"\r" + b" " * rows)
    began = time.process_time()
    assert encoding_of(tmp_path / "a.dbf", None) == Encoding("utf-8", "ascii")
    assert time.process_time() - began < 2
