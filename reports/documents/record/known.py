"""The sections of a record that tell what came and who was there: reports, time, patrols."""
# ruff: noqa: E501 - sentences on paper stand on one line

from collections.abc import Sequence
from typing import Final

from geo.kinds import OWNER_NAMES
from reports.documents.record.gather import DAYS_BEFORE, since_of
from reports.documents.record.paper_table import table
from reports.documents.record.shapes import Parts, Row, Section, status_words
from reports.documents.record.timeline import Entry
from reports.documents.record.words import exact
from reports.patrols.passes import WITHIN_M
from reports.patrols.words import KINDS
from reports.records.kept import Issued
from reports.tickets.words import CHANNELS, PLACE_SOURCES


def ticket(parts: Parts) -> Section:
    row = parts["ticket"][0]
    facts = [
        ("受付番号", row["number"]),
        ("種類", row["category_name"] + ("(緊急)" if row["urgent"] else "")),
        ("場所", f"{row['place_name'] or '町名なし'}(北緯 {row['lat']:.6f} 東経 {row['lon']:.6f})"),
        ("道路管理者", OWNER_NAMES.get(row["owner"] or "", row["owner"] or "不明")),
        ("担当", " ".join(filter(None, (row["department"] or "担当課未定", row["assignee"])))),
        ("発行時の状態", status_words(row["status"])),
        ("受付", exact(row["received_at"])),
        ("終わった時刻", exact(row["closed_at"]) or "終わっていません"),
        ("まとめた先", row["merged_into"] or ""),
    ]
    return Section("受付票と場所", facts=[one for one in facts if one[1]], kind="place")


def reports(parts: Parts) -> Section:
    words_of: dict[int, list[str]] = {}
    for said in parts["words"]:
        words_of.setdefault(said["report"], []).append(said["personal"]["words"])
    rows = []
    for row in parts["reports"]:
        own = row.get("personal") or {}
        contact = "・".join(filter(None, (own.get("name"), own.get("phone"), own.get("email"))))
        told = "".join(f"「{one}」" for one in words_of.get(row["id"], ()))
        more = [contact, own.get("place_hint") or "", told]
        rows.append(
            [
                row["who"] + ("(取り下げ)" if row["withdrawn_at"] else ""),
                exact(row["heard_at"]),
                exact(row["at"]),
                CHANNELS.get(row["channel"], row["channel"]),
                PLACE_SOURCES.get(row["place_source"], row["place_source"])
                + (f"(誤差 {row['accuracy_m']:.0f} m)" if row["accuracy_m"] else ""),
                row["ticket"],
                " ".join(filter(None, more)) or "—",
            ]
        )
    head = (
        "通報者",
        "最初に届いた時刻",
        "受け付けた時刻",
        "経路",
        "場所の根拠",
        "受付番号",
        "言葉・連絡先",
    )
    notes = [
        "「最初に届いた時刻」は、その通報の写真・言葉・位置のうち最初のものが市のシステムに届いた時刻です。"
        "写真と場所がそろうと「受け付けた時刻」に通報になります。",
        "通報者は、同じ人に同じ文字をあてています。まとめた受付票の通報も含みます。",
    ]
    rows_told = table(head, (14, 22, 22, 11, 19, 16, 30), rows)
    return Section(
        "通報と、市が知った時刻", notes, table=rows_told, empty="通報の記録は残っていません。"
    )


def in_time(entries: Sequence[Entry]) -> Section:
    rows = [[exact(one.at), one.what, one.who, one.told] for one in entries]
    rows_told = table(
        ("日時", "区分", "人", "できごと"), (37, 11, 27, 70), rows,
        strong=[one.strong for one in entries],
    )  # fmt: skip
    notes = [
        "通報・経過・写真・連絡・巡回・閲覧の記録を、時刻の順に並べたものです。時刻は日本時間です。"
    ]
    return Section("時系列", notes, table=rows_told)


def patrols(parts: Parts, issued: Issued) -> Section:
    here = parts["ticket"][0]
    since = exact(since_of(here["received_at"], issued.incident_on))
    passed = [row for row in parts["patrols"] if row["passed_at"]]
    blind = [row for row in parts["patrols"] if not row["has_way"]]
    other = len(parts["patrols"]) - len(passed) - len(blind)
    rows = [
        [
            exact(row["passed_at"]),
            "前" if row["passed_at"] < here["received_at"] else "後",
            f"{row['metres']:.0f} m",
            KINDS.get(row["kind"], row["kind"]),
            "、".join(filter(None, (row["who"], row["car"]))) or "—",
            row["weather"] or "—",
            f"全{row['finds']}件、うちこの受付票 {row['finds_here']}件",
        ]
        for row in passed
    ]
    before = sum(row["passed_at"] < here["received_at"] for row in passed)
    notes = [
        f"{since} から終わるまで(終わっていなければ発行まで)の巡回は {len(parts['patrols'])}回です。"
        f"受付の前に {before}回、後に {len(passed) - before}回、この場所から {WITHIN_M:.0f} m 以内を通りました。",
        f"軌跡がこの場所を通っていない巡回は {other}回、軌跡が残っておらず、通ったかどうか分からない巡回は "
        f"{len(blind)}回です。期間の始まりは、最初の通報{'または事故の日' if issued.incident_on else ''}の "
        f"{DAYS_BEFORE}日前です。",
        "軌跡は巡回した人の端末の位置で、画面を開いていた間だけ残ります。線が通っていないことは、"
        "通らなかったことの証明にはなりません。",
    ]
    if blind:
        notes.append(_without_way(blind))
    rows_told = table(
        ("通った日時", "受付との前後", "距離", "巡回", "人・車", "天候", "見つけたもの"),
        (37, 14, 11, 20, 28, 11, 25), rows,
    )  # fmt: skip
    return Section(
        f"巡回(前{DAYS_BEFORE}日から)",
        notes,
        table=rows_told,
        empty="この場所を通った巡回の記録はありません。",
    )


def _without_way(patrols: Sequence[Row]) -> str:
    told = "、".join(
        f"{exact(row['began_at'])}({row['who'] or '記録なし'}"
        + (f"・経路 {row['routes']}" if row["routes"] else "")
        + ")"
        for row in patrols[:_MOST_NAMED]
    )
    return f"軌跡のない巡回: {told}" + (" ほか" if len(patrols) > _MOST_NAMED else "")


_MOST_NAMED: Final = 12
