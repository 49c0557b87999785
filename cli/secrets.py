"""The secrets of this installation while they are changed: docs/running/rotation.md."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from reports.actions.reseal import Need, Resealed

secrets = typer.Typer(
    no_args_is_help=True,
    help="この Michi の秘密の値を替えるとき / While secrets of this installation are changed.",
)

_NEEDS: Final = {
    "photo_links": ("送ったカードの写真のアドレス", "photos' addresses on cards that were sent"),
    "mails": ("送る途中の、リンクのあるメール", "mails with a link that are on their way"),
    "crew_codes": ("作業員が LINE につなぐコード", "codes by which crews link their LINE"),
    "recovery_codes": ("回復コードを作り直す人", "people who make new recovery codes"),
    "audit_stone": ("監査ログの区切りの署名", "the signature of the audit log's newest stone"),
    "backups": ("残してあるバックアップの署名", "the signatures of backups that are kept"),
}
_AS_LONG_AS_KEPT: Final = (
    "それらを残すあいだ、または置き場が答えるまで"
    " / as long as they are kept, or until their place answers"
)


@secrets.command()
def show() -> None:
    """どの秘密の値が設定されているか(値は出しません) / Which secrets are set, without their values:
    setting, mark, and since when SECRET_KEY seals, with tabs between."""
    from reports.actions.reseal import since
    from reports.city.clock import local
    from settings import needed
    from store.database import transaction
    from store.keyed import marks

    given = needed("database_url", "secret_key", "secret_keys_also")
    with transaction() as db:
        for at, mark in enumerate(marks()):
            noted = since(db, mark)
            name = "SECRET_KEYS_ALSO" if at else "SECRET_KEY"
            print(name, mark, f"{local(noted):%Y-%m-%d %H:%M}" if noted else "-", sep="\t")
    for name in ("line_channel_secret_also", "line_channel_access_token_also"):
        is_set = bool(getattr(given, name).get_secret_value())
        print(name.upper(), "set" if is_set else "-", "-", sep="\t")


@secrets.command()
def reseal(
    as_json: Annotated[bool, typer.Option("--json", help="プログラム用 / For programs.")] = False,
) -> None:
    """新しい SECRET_KEY で封をし直し、前の鍵をいつ外せるか言う / Seal anew with SECRET_KEY what
    another key has sealed, and say when that may go: 0 when it may now, 3 while it is needed."""
    from reports.actions.reseal import Need
    from reports.actions.reseal import reseal as seal_anew
    from settings import needed
    from store.database import transaction
    from store.keyed import marks

    needed("database_url", "secret_key", "secret_keys_also")
    with transaction() as db:
        done = seal_anew(db)
    if len(marks()) > 1 and _backups_need_another():
        done = done._replace(needs=(*done.needs, Need("backups")))
    is_free = not done.needs or len(marks()) == 1
    if as_json:
        _print_json(done, is_free=is_free)
    else:
        _print_words(done, is_free=is_free)
    raise typer.Exit(1 if done.lost or done.lost_webhooks else 0 if is_free else 3)


def _backups_need_another() -> bool:
    """Also where nobody can say: without their key none of them can be put back."""
    from reports.backup.kept import needs_another_key
    from settings import settings
    from store.backup import BackupError
    from store.backup.target import erasings, target

    if not settings().backup_url:
        return False
    try:
        return needs_another_key(target(), erasings())
    except BackupError:
        return True


def _print_words(done: "Resealed", *, is_free: bool) -> None:
    print(f"✓ 封をし直したアプリ {done.apps}件 / apps' secrets sealed anew: {done.apps}")
    print(
        f"✓ 封をし直した通知の秘密 {done.webhooks}件"
        f" / webhooks' secrets sealed anew: {done.webhooks}"
    )
    print(f"✓ 封をし直した経緯書の鍵 {done.records}件 / records' keys sealed anew: {done.records}")
    if done.head:
        print("✓ 監査ログの終わりに署名し直しました / the audit log's head is signed anew")
    for name in done.lost:
        typer.echo(
            f"✗ {name}: どの鍵でも開きません。michi people reset-second で外してください"
            f" / none of the keys opens theirs: michi people reset-second",
            err=True,
        )
    for name in done.lost_webhooks:
        typer.echo(
            f"✗ 外部への通知「{name}」: 秘密の値がどの鍵でも開きません。画面で作り直してください"
            " / none of the keys opens this webhook's secret: make a new one on its page",
            err=True,
        )
    for key in done.lost_records:
        typer.echo(
            f"✗ 経緯書の鍵 {key}: どの鍵でも開きません。次の発行で新しい鍵になります"
            " / none of the keys opens it: the next record is signed with a new one",
            err=True,
        )
    if is_free:
        print("✓ SECRET_KEYS_ALSO は空にできます / SECRET_KEYS_ALSO may be emptied")
        return
    print("… 前の鍵がまだ要ります / the other keys are still needed:")
    for need in done.needs:
        ja, en = _NEEDS[need.what]
        print(f"  {ja} / {en}: {_until(need)}")


def _until(need: "Need") -> str:
    from reports.city.clock import local

    if need.until:
        return f"{local(need.until):%Y-%m-%d %H:%M} まで / until then"
    if need.what == "backups":
        return _AS_LONG_AS_KEPT
    return ", ".join(need.people) or "次の区切りまで / until the next one"


def _print_json(done: "Resealed", *, is_free: bool) -> None:
    import json

    told = done._asdict() | {"needs": [need._asdict() for need in done.needs], "may_go": is_free}
    print(json.dumps(told, ensure_ascii=False, default=str))
