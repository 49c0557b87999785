"""`michi install`: what a city is called, what its files say; a second time nothing is done.

The whole of it, on a fresh Debian, is tests/drills/test_install.py.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from cli.env_lines import parsed
from cli.install import certificate, database, files, given, layout, perform, run, wishes
from cli.install.layout import city_of
from cli.install.machine import Machine, UnknownMachine, this_machine
from cli.install.plan import Part, facts, plan
from cli.install.release import NoRelease, Release, release_in
from cli.install.steps import Command, Failed, File, Folder, Gone, Link
from settings import ROOT, Settings
from workers.table import KINDS

KOGANEI = city_of("koganei")
DEBIAN = Machine("bookworm", "3.11", "15", True, False, ("10.0.0.53",))
GIVEN = {
    "PUBLIC_URL": "https://michi.example.jp",
    "LINE_CHANNEL_SECRET": "the-secret-of-line",
    "LINE_CHANNEL_ACCESS_TOKEN": "the-token-of-line",
}


def release(folder: Path) -> Release:
    return Release("1.0", folder, folder / "michi-1.0.whl", folder / "requirements.lock", "0" * 64)


def wish(folder: Path) -> wishes.Wish:
    return wishes.Wish(
        city=KOGANEI, given=GIVEN, release=folder, city_folder=folder, administrator="sato",
        certificate=None, key=None, acme_mail="road@city.example.jp", acme_server="", dry_run=True,
        start=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["", "Koganei", "9", "a--b", "a-", "-a", "a_b", "a/b", "a.b", "x" * 27, "tama-app"]
)
def test_a_name_that_no_user_database_or_unit_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="短い名前"):
        city_of(name)


def test_a_city_is_called_the_same_everywhere() -> None:
    city = city_of("nishi-tokyo")
    assert (city.user, city.database, city.role) == (
        "michi-nishi-tokyo", "michi_nishi_tokyo", "michi_nishi_tokyo_app",
    )  # fmt: skip
    assert str(city.settings) == "/etc/michi/nishi-tokyo.env"
    assert len(city_of("x" * 26).user) == 32


def test_every_process_of_the_procfile_has_its_unit() -> None:
    procfile = dict(
        line.split(": exec michi ") for line in (ROOT / "Procfile").read_text().splitlines()
    )
    assert {what: words for what, (words, *_) in files.PROCESSES.items()} == procfile
    made = {file.path.name: file.content for file in files.units(DEBIAN)}
    for what, words in procfile.items():
        unit = made[f"michi-{what}@.service"]
        assert f"ExecStart=/opt/michi/cities/%i/bin/michi {words}\n" in unit
        for line in ("Restart=always", "NoNewPrivileges=yes", "ProtectSystem=strict"):
            assert f"\n{line}\n" in unit
        assert f"michi-{what}@%i.service" in made["michi@.target"]
    denied = "IPAddressDeny=10.0.0.0/8"
    assert [name for name, unit in made.items() if denied in unit] == ["michi-photos@.service"]
    assert "IPAddressAllow=localhost 10.0.0.53\n" in made["michi-photos@.service"]
    may = "MemoryDenyWriteExecute=no"  # the engine that draws charts makes its code while it runs
    who = next(kind.queue for kind in KINDS if kind.name == "make_monthly_report")
    assert [name for name, unit in made.items() if may in unit] == [f"michi-{who}@.service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_takes_the_units_and_their_hours_are_the_citys(tmp_path: Path) -> None:
    for file in files.units(DEBIAN):
        words = re.sub(r"/opt/michi/cities/%i/bin/michi.*", "/bin/true", file.content)
        (tmp_path / file.path.name.replace("@.", "@koganei.")).write_text(words)
    units = sorted(map(str, tmp_path.iterdir()))
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    hours = {
        unit.stem.partition("@")[0]: re.findall(r"^OnCalendar=(.*)$", unit.read_text(), re.M)
        for unit in tmp_path.glob("*.timer")
    }
    assert hours.keys() == {f"michi-{what}" for what in files.TIMED}
    asked = [hour for each in hours.values() for hour in each]
    told = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-12-02 00:00:00 UTC", *asked],
        env={"PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C"},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    next_ones = re.findall(r"Next elapse: (.*)", told)
    at = dict(zip([name for name, each in hours.items() for _ in each], next_ones, strict=True))
    assert at == {
        "michi-backup": "Wed 2026-12-02 17:30:00 UTC",
        "michi-base": "Sat 2026-12-05 19:00:00 UTC",
        "michi-wal": "Wed 2026-12-02 00:00:20 UTC",
    }


def test_all_is_shown_and_no_secret_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = facts(wish(tmp_path), DEBIAN, release(tmp_path))
    perform.show(plan(of))
    shown = capsys.readouterr().out
    for part in ("michi-clock@.service", "nginx/sites-available/michi-koganei.conf", "certbot",
                 "journald.conf.d", "CREATE EXTENSION", "people invite sato", "--require-hashes",
                 "limit_conn michi_connections", "/metrics { return 404; }"):  # fmt: skip
        assert part in shown
    secrets = {given.password_in(of.settings[name]) for name in ("DATABASE_URL", "REDIS_URL")}
    secrets.add(given.password_in(of.owner_settings["DATABASE_OWNER_URL"]))
    secrets |= {of.settings["SECRET_KEY"], *list(GIVEN.values())[1:]}
    assert len(secrets) == 6
    assert [secret for secret in secrets if secret in shown] == []
    redis = given.password_in(of.settings["REDIS_URL"])
    assert hashlib.sha256(redis.encode()).hexdigest() not in shown


def test_what_a_settings_file_says_stays_but_for_what_is_given() -> None:
    known = given.parsed(
        "# a word\n\nSECRET_KEY=kept\nMAIL_FROM='道路 <a@b.jp>'\r\nPORT=8003\n", "x"
    )
    assert known == {"SECRET_KEY": "kept", "MAIL_FROM": "道路 <a@b.jp>", "PORT": "8003"}
    merged = given.settings_of(KOGANEI, known, GIVEN, 8003)
    assert merged["SECRET_KEY"] == "kept"
    assert given.parsed(given.written(merged), "x") == merged
    assert given.settings_of(KOGANEI, merged, {}, 8003) == merged


LINES = r"""
; a word
SMTP_URL="smtps://road:pa\"s\$\\w\`d@mail.example.jp"
MAIL_FROM="道路 管理課" <a@b.jp>
MAP_TILES_ATTRIBUTION=it\'s "ours" # and theirs
BACKUP_KEEP='as $it \stands'
"""


def test_systemd_and_the_installer_read_one_file_alike() -> None:
    read = parsed(LINES)
    assert read["SMTP_URL"] == 'smtps://road:pa"s$\\w`d@mail.example.jp'
    assert read["MAIL_FROM"] == "道路 管理課<a@b.jp>"
    assert given.parsed(LINES, "x") == read
    assert given.parsed(given.written(read), "x") == read


def test_what_all_sites_of_a_machine_share_may_stand_beside_anything() -> None:
    """What may stand once in `http` stands in Debian's own nginx.conf, or in somebody's."""
    shared = files.filled("nginx_shared.conf").splitlines()
    words = {line.split()[0] for line in shared if line and not line.startswith("#")}
    assert words == {"limit_conn_zone", "limit_req_zone", "log_format", "map"}


def test_what_a_machine_does_not_know_is_not_said_to_it() -> None:
    settings = given.settings_of(KOGANEI, {}, GIVEN, 8001)
    old = replace(DEBIAN, codename="jammy", has_ipv6=False)
    assert "&rq:pubsub:*" in files.redis(KOGANEI, settings, DEBIAN).content
    assert "&" not in files.redis(KOGANEI, settings, old).content
    assert files.site(KOGANEI, settings, DEBIAN).content.count("listen [::]:") == 2
    assert "[::]" not in files.site(KOGANEI, settings, old).content


def test_what_nginx_itself_answers_is_for_people_and_for_programs() -> None:
    """A crew's phone shows what stands in role="alert" (web/crew/offline/answers.js)."""
    site = files.site(KOGANEI, given.settings_of(KOGANEI, {}, GIVEN, 8001), DEBIAN).content
    told = dict(re.findall(r"location (@\w+) \{[^}]*?return \d+ '([^']+)';", site))
    of = dict(re.findall(r"error_page (\d+) (@\d+_)\$michi_says;", site))
    assert {"413", "429", "502", "503", "504"} <= of.keys()
    for code, name in of.items():
        page, problem = told[f"{name}person"], json.loads(told[f"{name}program"])
        assert re.search(r'<p role="alert">[^<]*[ぁ-ん][^<]*</p><p lang="en">', page)
        assert problem["status"] == int(code)
        assert problem["detail"] in page
        assert problem["reason"]


def test_odd_values_are_written_so_that_systemd_and_we_read_the_same() -> None:
    odd = {"A": 'p"w', "B": "back\\slash", "C": " blanks ", "D": "'", "E": "", "F": "a#b $c"}
    words = given.written(odd)
    assert given.parsed(words, "x") == odd
    assert '\nB="back\\\\slash"\n' in words
    assert "\nF=a#b $c\n" in words


def test_every_setting_with_a_secret_in_it_is_left_out_of_what_is_shown() -> None:
    hidden = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field)}
    ways_in = {"database_url", "database_owner_url", "database_direct_url", "redis_url",
               "backup_cluster_url"}  # fmt: skip
    assert {name.upper() for name in hidden | ways_in} <= given.SECRET


def test_a_role_whose_turn_is_over_gets_no_password_again() -> None:
    here = "127.0.0.1:5432/michi_koganei"
    owner = {"DATABASE_OWNER_URL": f"postgresql://michi_koganei:a@{here}"}
    for role, turns in (("michi_koganei_app", True), ("michi_koganei_app_2", False)):
        made = database.make(KOGANEI, {"DATABASE_URL": f"postgresql://{role}:b@{here}"}, owner)
        assert 'ALTER ROLE "michi_koganei" PASSWORD' in made.stdin
        assert ('ALTER ROLE "michi_koganei_app" PASSWORD' in made.stdin) is turns


def test_a_line_that_is_no_setting_is_named_without_its_words() -> None:
    for line in ("hunter2", "hunter2==", 'B="hunter2'):
        with pytest.raises(ValueError, match=r"[23] 行目") as refused:
            given.parsed(f"A=1\n{line}\n", "koganei.env")
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://michi.example.jp", "https://michi.example.jp:8443", "https://a.jp/michi",
        "https://$(reboot)", "https://a.jp;reboot", "https://a b.jp", 'https://a"b.jp',
        "https://a.jp{}", "https://a.jp\\n", "https://-a.jp",
    ],
)  # fmt: skip
def test_only_an_https_address_gets_a_site(address: str) -> None:
    with pytest.raises(ValueError, match="--address"):
        files.host_of({"PUBLIC_URL": address})


def test_nothing_in_a_settings_file_speaks_to_nginx_or_to_postgresql() -> None:
    settings = GIVEN | {"PORT": "8001"}
    for name in ("PORT", "WEBHOOK_MAX_BYTES"):
        for odd in ("80; } server {", "1\nload_module x;", "٣", "-1"):
            with pytest.raises(ValueError, match=name):
                files.site(KOGANEI, settings | {name: odd}, DEBIAN)
    said = database._statements(KOGANEI, {"a_role": "it's\\' \\! reboot"})
    assert "PASSWORD 'it''s\\'' \\! reboot';\n" in said


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    """Whoever has a city's own account could be given any folder of the machine."""
    others = tmp_path / "others"
    others.mkdir(mode=0o700)
    (tmp_path / "photos").symlink_to(others)
    step = Folder(tmp_path / "photos", tmp_path.owner(), tmp_path.group(), 0o755)
    with pytest.raises(OSError, match="photos"):
        step.take()
    assert others.stat().st_mode & 0o777 == 0o700


def test_every_secret_among_the_settings_is_hidden() -> None:
    secret = {
        name.upper()
        for name, field in Settings.model_fields.items()
        if field.annotation is SecretStr
    }
    servers = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DIRECT_URL", "REDIS_URL"}
    assert secret | servers | {"BACKUP_CLUSTER_URL"} <= given.SECRET


def test_settings_that_are_missing_are_named(tmp_path: Path) -> None:
    asked = wish(tmp_path)
    asked.given.pop("LINE_CHANNEL_SECRET")
    try:
        with pytest.raises(ValueError, match=r"足りないもの: LINE_CHANNEL_SECRET。"):
            facts(asked, DEBIAN, release(tmp_path))
    finally:
        asked.given["LINE_CHANNEL_SECRET"] = "the-secret-of-line"


def test_a_second_time_nothing_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    me, mine = (tmp_path.owner(), tmp_path.group())
    there = tmp_path / "there"
    steps = [
        Folder(tmp_path / "folder", me, mine, 0o750),
        File(tmp_path / "folder" / "secret", "言葉\n", me, mine, 0o600, shown_as="***"),
        Link(tmp_path / "link", tmp_path / "folder"),
        Command(["touch", str(there)], there.exists),
    ]
    parts = [Part("x", steps)]
    assert perform.perform(parts) == 4
    assert perform.perform(parts) == 0
    (tmp_path / "folder" / "secret").chmod(0o644)
    assert perform.perform(parts) == 1
    assert (
        perform.perform([Part("x", [Command(["false"])], needs_services=True)], starts=False) == 0
    )
    assert "言葉" not in capsys.readouterr().out
    gone = [Part("x", [Gone(tmp_path / "link"), Gone(tmp_path / "folder")])]
    assert (perform.perform(gone), perform.perform(gone)) == (2, 0)


def test_a_certificate_goes_with_its_city_where_it_was_asked_for_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, renewed = tmp_path / "live", tmp_path / "renewal"
    monkeypatch.setattr(certificate, "_LIVE", live)
    monkeypatch.setattr(certificate, "_RENEWED", renewed)
    monkeypatch.setattr(layout, "SETTINGS", tmp_path)
    renewed.mkdir()
    KOGANEI.certificates.mkdir(parents=True)
    chain = KOGANEI.certificates / "fullchain.pem"
    chain.write_text("somebody's own")
    assert certificate.let_go(KOGANEI) == []
    chain.unlink()
    chain.symlink_to(live / "michi.example.jp" / "fullchain.pem")
    [step] = certificate.let_go(KOGANEI)
    assert step.shown() == "$ certbot delete -n --cert-name michi.example.jp"
    renewal = renewed / "michi.example.jp.conf"
    renewal.write_text("webroot_path = /var/www/html,\n")
    assert step.is_done()
    renewal.write_text("webroot_path = /var/lib/michi/.acme,\n")
    assert not step.is_done()


def test_a_certificate_by_acme_is_asked_for_once_and_read_once(tmp_path: Path) -> None:
    in_use: list[str] = []
    steps = certificate.asked_for(wish(tmp_path), "michi.example.jp", lambda: bool(in_use))
    asked, *links, read = [step.shown() for step in steps]
    assert asked.startswith("$ certbot certonly --webroot -w /var/lib/michi/.acme -d michi.")
    assert all(" -> /etc/letsencrypt/live/michi.example.jp/" in link for link in links)
    assert (read, steps[-1].is_done()) == ("$ systemctl reload nginx", False)
    in_use.append("what there is")
    assert steps[-1].is_done()


def test_a_command_that_fails_ends_it_with_what_it_said() -> None:
    with pytest.raises(Failed, match=r"sh -c .*→ 3\nno such luck"):
        Command(["sh", "-c", "echo no such luck >&2; exit 3"]).take()


def test_a_release_is_what_its_sums_name(tmp_path: Path) -> None:
    wheel, lock = tmp_path / "michi-1.0-py3-none-any.whl", tmp_path / "requirements.lock"
    wheel.write_bytes(b"w")
    lock.write_bytes(b"l")
    sums = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in (wheel, lock)
    ]
    (tmp_path / "SHA256SUMS").write_text("\n".join(sums))
    assert release_in(tmp_path).version == "1.0"
    lock.write_bytes(b"other")
    with pytest.raises(NoRelease, match="requirements"):
        release_in(tmp_path)


def test_another_system_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('PRETTY_NAME="Fedora 40"\n')
    with pytest.raises(UnknownMachine, match="Fedora 40"):
        this_machine(tmp_path)
    (tmp_path / "etc/os-release").write_text("ID=ubuntu\nVERSION_CODENAME=jammy\n")
    (tmp_path / "etc/resolv.conf").write_text("nameserver 127.0.0.53\nnameserver 192.0.2.1\n")
    found = this_machine(tmp_path)
    assert (found.python_program, found.nameservers) == ("/usr/bin/python3.11", ("192.0.2.1",))
    assert not found.has_systemd


def test_wrong_words_end_with_a_sentence_and_2_or_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run.install(["koganei", "--adress", "x"])
    assert ended.value.code == 2
    assert run.install(["Koganei"]) == 1
    assert run.uninstall(["nowhere-at-all"]) == 1
    said = capsys.readouterr().err
    assert said.count("✗") == 3
    assert "Traceback" not in said
