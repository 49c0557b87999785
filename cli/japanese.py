"""What `--help` says in Japanese, before the English words of each command and option.

A command whose own words have both languages (`日本語 / English`) needs no line here.
"""

from collections.abc import Iterator
from typing import Any, Final

BETWEEN: Final = " / "


def add_to(command: Any, path: str) -> None:
    """To this command, its options and all commands below it (click's); `path`: as it is typed,
    without `michi`."""
    command.help = _both(COMMANDS.get(path), command.help)
    if command.short_help:
        command.short_help = _both(COMMANDS.get(path), command.short_help)
    for option in command.params:
        if words := getattr(option, "help", None):
            option.help = _both(OPTIONS.get(words), words)
    for name, below in getattr(command, "commands", {}).items():
        add_to(below, f"{path} {name}".strip())


def lacking(command: Any, path: str) -> Iterator[str]:
    """What has no words in one of the two languages: commands and options, as they are typed."""
    if not _is_both(command.help):
        yield path
    for option in command.params:
        words = getattr(option, "help", None)
        if option.name != "help" and words is not None and not _is_both(words):
            yield f"{path} --{option.name}: {words}"
    for name, below in getattr(command, "commands", {}).items():
        yield from lacking(below, f"{path} {name}".strip())


def _both(japanese: str | None, english: str | None) -> str | None:
    if japanese is None or english is None or _is_both(english):
        return english
    return f"{japanese}{BETWEEN}{english}"


def _is_both(words: str | None) -> bool:
    """Whether Japanese stands before English."""
    before, between, after = (words or "").partition(BETWEEN)
    is_japanese = any("\u3041" <= letter <= "\u9fff" for letter in before)
    return bool(between and after.strip()) and is_japanese


COMMANDS: Final = {
    "where": "ある場所の地区、町丁目、道路、管理者、担当課、規則(受付票は作りません)",
    "web": "ウェブのプロセス: Webhook、画面、API",
    "worker": "ワーカーひとつ: photos、routing、messages、letters、files のどれか",
    "clock": "時計: 時が来て、まだ済んでいないこと",
    "migrate": "データベースをこの版の形にし、写真の置き場がなければ作り、足りないものを言う",
    "load-city": "市の区域、道路、担当課、種類、規則を、ひとつのフォルダーから読みこむ",
    "add-user": "サインインを作るか変える。パスワードは尋ねるか、標準入力から読む",
    "disable-user": "この名前ではもう入れなくする。担当していた受付票は担当なしに戻る",
    "api-token": "プログラム用の、期限のない公開データの鍵を出す(前の鍵の代わり)",
    "prepare": "新しい機械を使えるようにする: 表、市、サインイン、API の鍵(あるものはそのまま)",
    "check": "一覧、検索、地図のために持つ値を、受付票と比べる",
    "leave": "市のすべてのデータ(個人情報も)を、CSV、GeoPackage、写真、PDF で書き出す",
    "city": "市のデータを、部分ごとに",
    "city check": "フォルダーの誤りを言う。何も書かない",
    "city facts": "市の名前、中心、電話番号、受付時間(city.toml)",
    "city departments": "担当課とほかの管理者(departments.toml)。画面で直したものは残す",
    "city categories": "問題の種類(categories.toml)。ファイルの順",
    "city kinds": "文がどの種類と読まれるか、ためす。何も書かない",
    "city rules": "振り分け規則(rules.csv)を新しい版にする",
    "city terms": "データの扱いの文章(terms.*.md)。画面で直したものは残す",
    "city templates": "定型文(templates.toml)。前のものと入れ替える",
    "city materials": "作業班が使う材料(materials.toml)。前のものと入れ替える",
    "city contractors": "請負業者と単価(contractors.toml)。画面で直したものは残す",
    "line": "LINE の市のアカウント",
    "line setup": "各言語のメニューを置き、チャネルを確かめる",
    "load": "市の区域、道路、設備の地図データを読みこむ",
    "load areas": "市の区域、または隣の市の区域",
    "load districts": "維持管理の区域。振り分け規則が key で名指す",
    "load towns": "町丁目: 面、または中心の点",
    "load roads": "道路中心線と、その管理者",
    "load assets": "街路灯、カーブミラー(--key は管理番号)、交差点、目印(--name)",
    "load addresses": "街区と地番。電話の人が場所を言うときに使う",
    "load undo": "ひとつ前の版に戻す(もう一度で元に戻る)",
    "load versions": "何を、いつ、だれが読みこんだか",
    "rules": "振り分け規則: だれが何をするか",
    "rules export": "使っている規則を CSV で出す",
    "rules import": "この規則を使う: 確かめ、いまのと比べ、尋ねてから",
    "rules versions": "すべての版: だれが作り、いつから使うか",
    "rules show": "ひとつの版を行ごとに",
    "rules check": "規則の誤りを言う",
    "rules try": "過去の受付票で、だれからだれへ移るか。何も変えない",
    "rules switch": "この版を使う。古い版は、同じ行の新しい版として戻る",
    "people": "だれがサインインし、何ができるか",
    "people administrator": "この名前の職員を管理者にする",
    "people list": "入れる人、招いた人、止めた人の一覧(タブ区切り)",
    "people invite": "新しい人が名前とパスワードを決める、72時間のリンクを出す",
    "people reset": "新しいパスワードを決める、一度だけのリンクを出す",
    "people disable": "この名前ではもう入れなくする。担当していた受付票は担当なしに戻る",
    "people enable": "前のパスワードで、また入れるようにする",
    "people role": "役割や担当課を変える",
    "people reset-second": "二段階の確認を外す。次のサインインで設定し直す",
    "people release-link": "認証サーバーとのつながりを外す。別のアカウントがつなげる",
    "people groups": "認証サーバーのグループが、入る人に与えるもの",
    "people groups list": "グループと役割の一覧(タブ区切り)",
    "people groups set": "このグループの人は、次のサインインからこの役割になる",
    "people groups remove": "このグループは何も与えなくなる",
    "audit": "監査ログ: だれが、いつ、どこから、何をしたか",
    "audit head": "ログの終わりを「位置:ハッシュ」で出す。別の所に控える",
    "audit verify": "ログを計算し直し、変えられた行と消された行を言う",
    "keys": "API を使うプログラムの鍵",
    "keys list": "鍵の一覧(タブ区切り)",
    "keys new": "プログラムの鍵を作って出す。表示はこのときだけ",
    "keys hand-over": "この管理者が鍵を担当する。止まっていた鍵はまた使える",
    "keys renew": "新しい鍵を出し、前の鍵もしばらく使えるようにする",
    "keys revoke": "いまから何も開かなくする",
    "backup": "すべての写しを、公開鍵で封じて別の場所に作る(docs/running/backup.md)",
    "backup list": "バックアップの一覧: 名前、時刻、版、大きさ、写真(✗ は署名が合わないもの)",
    "backup verify": "すべてを読み、ハッシュを比べる。--key があれば開いて確かめる",
    "backup base": "クラスター全体の写しを作る(michi restore --at のため)",
    "backup wal": "PostgreSQL が BACKUP_WAL_FOLDER に置いた WAL を、バックアップの置き場へ送る",
    "backup unsure": "復元のあと、もう言われたかもしれず、人が見るもの",
    "restore": (
        "バックアップを空の機械に戻し、行とハッシュを比べる。"
        "同じことを二度言わず、消去した人はもう一度消去する"
    ),
    "privacy": "人について持つもの: 期間、だれのものか",
    "privacy show": "持っているもののすべて: 期間、件数、期限の来た件数(タブ区切り)",
    "privacy clear": "期限の来たものを、いま消す",
    "privacy export": "ひとりについて持つもののすべてを ZIP にする(本人だけが読める 0600)",
    "privacy erase": "ひとりを消去する。先に、消えるものと残るものを言う",
}
_ROLES: Final = "One of: viewer, crew, contractor, department, staff, administrator."
OPTIONS: Final = {
    "The file of age-keygen with the private key.": "age-keygen が作った、秘密鍵のファイル",
    "As `michi backup list` names it; usually the newest.": (
        "`michi backup list` にある名前。なければ最も新しいもの"
    ),
    "All were looked at: list them no more.": "すべて見た。もう出さない",
    "A moment of the city's clock, such as '2026-12-02 14:30:00'.": (
        "市の時計での時刻(例: '2026-12-02 14:30:00')"
    ),
    "Every process was stopped before the backup was made: what waits is said then.": (
        "どのプロセスも止めてから作ったバックアップ。待っていたことばは、これから言う"
    ),
    "A new folder; with --encrypt-to a new file.": "新しいフォルダー(--encrypt-to はファイル)",
    "Photos and papers too, which want the photo store.": "写真と書類も(写真の置き場が要る)",
    "Photos as they were sent too, and those staff have hid.": "届いたままの写真と、隠した写真も",
    "A PDF of each ticket: a few in a second.": "受付票ごとの PDF も(1 秒に数枚)",
    "A public key of age (age1…): FOLDER.tar.age, which its owner opens.": (
        "age の公開鍵(age1…)。FOLDER.tar.age になり、その鍵の持ち主だけが開ける"
    ),
    "Do not ask.": "尋ねない",
    "Longitude, in degrees.": "経度(度)",
    "Latitude, in degrees.": "緯度(度)",
    "Of this category alone, by its key.": "この種類だけ(key)",
    "As if it were urgent.": "緊急として",
    "For programs.": "プログラム用",
    "Many places: columns lon, lat (経度, 緯度).": "多くの場所: 列 lon, lat(経度, 緯度)",
    "Instead of printing.": "画面の代わりに書くファイル",
    "Only say which migrations wait, what they lock and for how long: 0 when they can run beside"
    " the processes of the version before, 1 when not.": (
        "待っている移行、かかるロックと時間を言うだけ。前の版のプロセスを動かしたままでよければ 0、"
        "よくなければ 1"
    ),
    "What PHOTO_STORE_URL names is the photo store from now on, whatever it holds.": (
        "何があっても、PHOTO_STORE_URL をいまからの写真の置き場にする"
    ),
    "Also in place of what staff have edited in the browser.": "画面で直したものも置き換える",
    _ROLES: "役割。どれかひとつ",
    "The name that history shows.": "履歴に出る名前",
    "Others see it here: leave it out, and be asked, or pipe it in.": (
        "ここに書くと他人に見えます。書かずに、尋ねられるか、パイプで渡します"
    ),
    "A department of theirs, by key; again for more.": "担当課(key)。いくつでも",
    "Of whose people, by key.": "どの業者の人か(key)",
    "The file for names, passwords and the token.": "名前、パスワード、鍵を書くファイル",
    "Where it differs, keep what there is.": "違うところを直す",
    "The file of this part: docs/city-files.md": "この部分のファイル",
    "Offer those no more that are not in the file.": "ファイルにない種類は選べなくする",
    "CSV with the columns kind (empty for none) and words.": "列 kind(なければ空)と words の CSV",
    "A categories.toml to try, instead of the city's own.": "市のものの代わりにためすファイル",
    "terms.ja.md, or the folder of all.": "terms.ja.md か、すべてのフォルダー",
    "The font of the menu's picture.": "メニューの絵のフォント",
    "Enter PUBLIC_URL/line/webhook at LINE.": "PUBLIC_URL/line/webhook を LINE に登録する",
    "Shapefile (folder, .shp, .zip), .gpkg or .geojson": "地図データのファイル",
    "city, or neighbour": "city(市)か neighbour(隣の市)",
    "Only the rows of this key, such as 13210.": "この key の行だけ(例: 13210)",
    "The column of the file.": "ファイルの列",
    "1 for bridges, -1 for tunnels": "橋は 1、トンネルは -1 の列",
    "Which layer of several, by its name or path.": "いくつかあるときの層の名前",
    "Only rows with this value.": "この値の行だけ",
    "EPSG:6677 and the like.": "座標系",
    "cp932, utf-8: instead of guessing.": "文字コード",
    "The two coordinates stand the other way.": "二つの座標が逆",
    "Leave out single rows far away.": "遠く離れた行は除く",
    "Leave out areas without a name.": "名前のない区域は除く",
    "Do not compare with the city.": "市と比べない",
    "Where to draw the extent (PNG).": "範囲を描く PNG",
    "Without asking.": "尋ねずに",
    "国道=national,…": "管理者の読み替え",
    "The owner of every row.": "すべての行の管理者",
    "Of all other values.": "ほかのすべての値の管理者",
    "CLASS=METRES": "種別ごとの幅(メートル)",
    "streetlight, mirror, crossing, landmark, …": "設備の種類",
    "街区レベル位置参照情報, .csv or its .zip": "街区レベル位置参照情報",
    "areas, towns, roads, streetlight, …": "何の版か",
    "Also where nothing remains.": "何も残らなくても",
    "Else to the screen.": "なければ画面に出す",
    "An older version.": "古い版の番号",
    "CSV": "規則の CSV",
    "Why, for whoever reads the versions.": "版の一覧に残す理由",
    "Who; else the name signed in here.": "だれが(なければ、この機械の利用者)",
    "Switch on without asking.": "尋ねずに使い始める",
    "Else the one in use.": "なければ、使っている版",
    "Tickets received since; else for 90 days.": "この日からの受付票(なければ90日)",
    "Where to list every move.": "移るものをすべて書くファイル",
    "Where to draw a map (PNG).": "地図を描く PNG",
    "A draft, or a version to go back to.": "下書きか、戻る版の番号",
    "Of their names.": "名前に含む語",
    "By key.": "key で",
    "An address that the link is mailed to.": "リンクを送るメールアドレス",
    "An address to mail it to.": "送り先のメールアドレス",
    "As the provider's tokens carry it.": "認証サーバーが伝えるとおりの名前",
    "As of `michi people invite`.": "`michi people invite` と同じ",
    "A department, by key; again for more.": "担当課(key)。いくつでも",
    "PLACE:HASH, as `michi audit head` or the log of the clock told it.": "控えた「位置:ハッシュ」",
    "One of: open, personal, write; again for more.": "できること。いくつでも",
    "It ends after so many days.": "何日で終わるか",
    "A department it is limited to, by key; again for more.": "この担当課だけ(key)。いくつでも",
    "So many questions a minute.": "1分間の回数",
    "So long the one before holds as well.": "前の鍵も使える日数",
    "Only say what would go.": "消えるものを言うだけ",
    "A LINE user id, a ticket's number or a phone number.": "LINE の利用者 ID、受付番号、電話番号",
    "The new file; usually named by the day.": "新しいファイル(ふつうは日付の名前)",
    "Of those that were found, as they are listed: resident:12.": "見つかったうちのどれか",
    "An administrator, by name.": "管理者の名前",
    "It was shown before: do not ask.": "確かめてあるので、尋ねない",
}
"""By the English words, for options and arguments."""
