"""The sections of a record that tell what was done: work, deadline, routing, words, looks."""
# ruff: noqa: E501 - sentences on paper stand on one line

from typing import Final

from reports.documents.paper import breakable
from reports.documents.record import words
from reports.documents.record.milestones import acts
from reports.documents.record.paper_table import table
from reports.documents.record.shapes import Parts, Section, Signing, status_words
from reports.documents.record.timeline import states_of
from reports.documents.record.words import day, exact


def orders(parts: Parts) -> Section:
    rows = [
        [
            exact(row["at"]),
            acts(row),
            row["sentence"]
            if row["what"] != "moved"
            else f"状態を「{status_words(row['to'])}」にした",
            f"「{row['note']}」" if row["note"] else "—",
        ]
        for row in parts["history"]
        if row["what"] in _WORK or (row["what"] == "moved" and row["to"] in _WORK_STATES)
    ]
    notes = [
        f"作業指示書 {row['order']}({row['contractor'] or '業者不明'}): 指示 {exact(row['issued_at'])}、"
        f"期限 {day(row['until'])}、着手 {exact(row['started_at']) or '—'}、"
        f"完了 {exact(row['done_at']) or '—'}、{words.ITEMS.get(row['state'], row['state'])}"
        + (f"。内容「{row['what']}」" if row["what"] else "")
        + "".join(
            f"、{one['work']} 予定 {_amount(one['planned'])} {one['unit']}・実施 {_amount(one['actual'])} {one['unit']}"
            for one in row["quantities"]
        )
        for row in parts["orders"]
    ]
    rows_told = table(("日時", "人", "したこと", "説明"), (37, 28, 48, 32), rows)
    return Section("安全の確保と補修", notes, table=rows_told, empty="作業の記録はありません。")


def _amount(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def deadline(parts: Parts) -> Section:
    row = parts["ticket"][0]
    days = row["deadline_days"]
    facts = [
        ("期限", day(row["deadline"], "ありません")),
        ("数え始め", day(row["due_from"])),
        ("日数", f"{days}開庁日" if days is not None else "—"),
        ("止めた日数", f"{row['paused_days']}開庁日"),
        ("いま止まっているか", f"{exact(row['paused_at'])} から" if row["paused_at"] else "いいえ"),
    ]
    rows = [
        [exact(one["at"]), acts(one), one["sentence"], f"「{one['note']}」" if one["note"] else "—"]
        for one in parts["history"]
        if one["what"] in _OF_DEADLINE or (one["what"] == "moved" and one["to"] in _PAUSES)
    ]
    notes = ["期限は、通報した人の返事待ち・他の管理者の対応待ち・経過観察の間は止まります。"]
    rows_told = table(("日時", "人", "できごと", "説明"), (37, 28, 48, 32), rows)
    return Section(
        "期限と、止まった期間", notes, facts, rows_told, "期限を変えた記録はありません。"
    )


def routing(parts: Parts) -> Section:
    ticket = parts["ticket"][0]
    version = ticket["rules_version"]
    facts = [
        ("担当", ticket["department"] or "担当課未定"),
        ("理由", ticket["why_words"]),
        ("規則の版", f"第{version}版" if version else "—"),
        ("決まった時刻", exact(ticket["routed_at"]) or "—"),
    ]
    rows = [
        [
            f"第{row['id']}版",
            exact(row["live_at"]),
            row["live_by"] or "—",
            row["note"] or "—",
            row["rule_words"] or "—",
        ]
        for row in parts["rules"]
    ]
    rows_told = table(
        ("規則", "使い始め", "切り替えた人", "説明", "当てはまった行"), (11, 37, 22, 30, 45), rows
    )
    return Section(
        "担当の振り分けと規則", (), facts, rows_told, "振り分け規則で決めた記録はありません。"
    )


def told(parts: Parts) -> Section:
    states = states_of(parts)
    rows = [
        (
            row["at"],
            [
                exact(row["at"]),
                row["who"],
                words.said(row["kinds"], [states[id] for id in row["lines"] if id in states]),
                exact(row["sent_at"]) or "—",
                words.FATES.get(row["state"], row["state"])
                + (f"({words.VIA.get(row['via'], row['via'])})" if row["via"] else ""),
            ],
        )
        for row in parts["told"]
    ]
    rows += [
        (
            row["at"],
            [
                exact(row["at"]),
                row["to"] or "—",
                words.MAILS.get(row["kind"], row["kind"]),
                exact(row["sent_at"]) or "—",
                words.MAIL_FATES.get(row["state"], row["state"]),
            ],
        )
        for row in parts["mails"]
    ]
    notes = [
        "「届いた時刻」は LINE またはメールサーバーが受け付けた時刻です。読まれた時刻は分かりません。"
        "文面は相手の言語で送るときに作られ、ここには内容の種類を示します。",
    ]
    rows_told = table(
        ("書いた時刻", "相手", "内容", "届いた時刻", "結果"), (37, 17, 38, 37, 19),
        [row for _, row in sorted(rows, key=lambda one: one[0])],
    )  # fmt: skip
    return Section(
        "伝えた言葉と、届いた時刻", notes, table=rows_told, empty="伝えた記録は残っていません。"
    )


def looks(parts: Parts) -> Section:
    rows = [
        [
            row["who"],
            "見た" if row["kind"] == "look" else "ファイルにした",
            exact(row["first_at"]),
            exact(row["last_at"]),
            f"{row['times']}回",
        ]
        for row in parts["looks"]
    ]
    rows_told = table(("人", "したこと", "最初", "最後", "回数"), (33, 20, 37, 37, 10), rows)
    notes = ["監査ログに残る、受付票のページを開いた人と、ファイルに書き出した人です。"]
    return Section("閲覧した人", notes, table=rows_told, empty="閲覧の記録は残っていません。")


def changes(parts: Parts) -> Section:
    rows = [[exact(row["at"]), row["who"], row["what"]] for row in parts["changes"]]
    notes = [
        "経過の行を伴わずに、受付票に関わるデータが変えられた監査ログの記録です(メモ・予定・手作業など)。"
    ]
    rows_told = table(("日時", "人", "監査ログの言葉"), (37, 40, 60), rows)
    return Section(
        "経過に出ない変更", notes, table=rows_told, empty="経過に出ない変更はありません。"
    )


def how_to_verify(signing: Signing) -> Section:
    facts = [
        ("署名", "Ed25519。ファイルの全体(署名の行の値を除く)に対するもの"),
        ("鍵の番号", signing.key_id),
        ("公開鍵", signing.public),
        ("監査ログの終わり", _head(signing)),
        ("機械で読む記録", "record.json としてこの PDF に添えられています(PDF/A-3)"),
        (
            "行の数",
            "、".join(f"{words.PARTS[name]} {many}" for name, many in signing.rows.items()),
        ),
    ]
    notes = [
        "この PDF は発行した市の鍵で署名されています。1バイトでも変わると、次のどちらでも分かります。"
        "印刷したものには署名は及びません。",
        "市の職員: 受付票の「経緯書」のページで、ファイルを選んで「確かめる」。",
        "コマンド: michi record verify ファイル --public-key 公開鍵.pem"
        "(データベースがなくても、全体が変わっていないことを確かめられます)。",
    ]
    return Section("この記録の確かめ方", notes, [(k, breakable(v)) for k, v in facts], kind="last")


def _head(signing: Signing) -> str:
    if signing.audit_seq is None:
        return "まだありません"
    waiting = f"(順番を待つ {signing.waiting}行を除く)" if signing.waiting else ""
    return f"{signing.audit_seq}番 {signing.audit_hash}{waiting}"


_WORK: Final = (
    "worked", "taken_back", "brought_back", "ordered", "order_started", "order_item_done",
    "order_accepted", "order_sent_back", "order_cannot", "taken_out",
)  # fmt: skip
_WORK_STATES: Final = (
    "inspecting", "scheduled", "in_progress", "made_safe", "fixed", "monitoring", "reopened",
)  # fmt: skip
_OF_DEADLINE: Final = ("promised", "put_off", "due_again", "asked", "answered", "unanswered")
_PAUSES: Final = ("monitoring", "forwarded", "reopened")
