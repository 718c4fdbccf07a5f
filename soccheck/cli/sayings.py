"""What people call commands, options and choices: in Vietnamese, or as other programs do.

Words stand as `soccheck.facts.spoken.plain` has them: small letters without marks, blanks between.
"""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.phrase import phrase


def _named(*rows: tuple[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return each way to say it, of those with commas between them, with what it may mean."""
    return {word: tuple(meant) for words, meant in rows for word in words.split(", ")}


COMMANDS = _named(
    ("kiem tra, check", ("audit", "validate")),
    ("danh gia, ra soat, kiem toan, assess, judge, evaluate, analyse, analyze", ("audit",)),
    ("hop le, kiem loi, syntax", ("validate",)),
    ("bao cao, tao bao cao, xuat bao cao, reports", ("report",)),
    ("xuat, xuat excel, convert, excel", ("export", "report")),
    ("nhap, nhap excel, nhap lieu, load", ("import",)),
    ("so sanh", ("compare", "diff")),
    ("khai bao, ke khai, dien, edit", ("fill",)),
    ("giai thich, vi sao, tai sao, why", ("explain",)),
    ("chinh sach, quy dinh, policies, rules, controls", ("policy",)),
    ("bang chung, chung cu, bundle", ("evidence",)),
    ("tuong lua, fw", ("firewall",)),
    ("lich su, nhat ky, log, runs", ("history",)),
    ("hen gio, dat lich, lich, cron, systemd, timer", ("schedule",)),
    ("thu thap, quet, hoi, ssh, gather, fetch", ("collect",)),
    ("viec can lam, cong viec, nhiem vu, todo, tasks", ("worklist",)),
    ("khoi tao, tao, tao moi, moi, bat dau, new, create, start", ("init",)),
    ("mien tru, ngoai le, mien, exception, exceptions, exemption", ("waiver",)),
    ("xac nhan, ky xac nhan, attestation, attestations", ("attest",)),
    ("thong bao, gui thu, mail", ("notify",)),
    ("xu huong, bieu do, trends", ("trend",)),
    ("khong dat, loi, ton tai, failed, failures", ("failing",)),
    ("sai lech, lech", ("drift",)),
    ("so lieu, thong tin, truong, fields", ("facts",)),
    ("tai lieu, huong dan, doc, man", ("docs",)),
    ("suc khoe, tinh trang, status", ("health",)),
    ("khoa may, keyscan", ("hostkeys",)),
    ("chay", ("run", "audit")),
)
"""Word for a command -> the commands it may mean."""

OPTIONS = _named(
    ("language, locale, ngon ngu, tieng", ("--lang",)),
    ("dinh dang, kieu, dang, output format, as", ("--format",)),
    ("dau ra, ket qua, ghi, ghi ra, luu, xuat, tep, out, outfile, output file, output dir, save, "
     "file, to file, dest", ("--output",)),
    ("ngay, tinh den, den ngay, date, day, as of date, on", ("--as-of",)),
    ("ky, ky bao cao", ("--period",)),
    ("don vi, co quan, phong ban, unit, units, org, orgs, organisation, department",
     ("--organization",)),
    ("he thong", ("--system",)),
    ("cap, cap do, muc", ("--level",)),
    ("tai san, may, may chu, host, hosts, machine, server, device", ("--asset",)),
    ("muc do, nghiem trong", ("--severity",)),
    ("trang thai, ket luan, result, state", ("--status",)),
    ("co so, can cu", ("--basis",)),
    ("theo, group by", ("--by",)),
    ("chinh sach, quy dinh, bo tieu chi", ("--policy", "--policies")),
    ("noi dung, tieu chi, yeu cau, rule, requirement", ("--control",)),
    ("ho so", ("--profile",)),
    ("format", ("--report",)),
    ("bang chung, chung cu, bundle, evidences", ("--evidence",)),
    ("bao cao, reports", ("--report",)),
    ("chi tiet, day du, verbose, full, long, detail", ("--details",)),
    ("gioi han, so dong, top, max, rows, lines, count", ("--limit",)),
    ("ky truoc, truoc, before, last, compare", ("--previous",)),
    ("tu", ("--from",)),
    ("den", ("--to",)),
    ("thu thap, hoi may, ssh", ("--collect",)),
    ("luong, so luong, threads, jobs, parallel, concurrency", ("--workers",)),
    ("timeout, thoi han", ("--total-timeout", "--connect-timeout")),
    ("key, private key, identity file, khoa", ("--identity", "--key")),
    ("login, username, tai khoan, nguoi dung", ("--user",)),
    ("proxy, bastion, jump host", ("--jump",)),
    ("cau hinh, settings", ("--config",)),
    ("ly do", ("--reason",)),
    ("nguoi duyet, nguoi phe duyet, approved by", ("--approver",)),
    ("het han, thoi han den, until, expiry, expire", ("--expires",)),
    ("hang, hang san xuat, type", ("--vendor",)),
    ("v, phien ban", ("--version", "--details")),
    ("tro giup, huong dan, usage", ("--help",)),
)  # fmt: skip
"""Word for an option -> the options it may mean; those that a command has count."""

SECRETS = ("password", "pass", "passwd", "passphrase", "mat khau", "ma khoa", "token", "secret")
"""Words for what no command line takes: others see it."""

FOLDER = ("inventory", "danh muc", "folder", "thu muc", "dir", "directory", "path", "input")
"""Words for the folder of the inventory, which is given without a name."""

_INVENTORY = phrase("the folder with the inventory's YAML files; `soccheck init FOLDER` starts one")
_EVIDENCE = phrase("a file of evidence, such as `soccheck collect` writes")
_RULESET = phrase("the file of a firewall's ruleset, or evidence with one")
_TWO = phrase("two folders of inventories, the earlier first")
PLACES = {
    "inventory": _INVENTORY,
    "folders": _INVENTORY,
    "given": phrase("the folder of an inventory, or a JSON result of `soccheck audit`"),
    "source": phrase("the folder of an inventory, or the workbook made of one"),
    "control": phrase("a control, such as AV-REALTIME; `soccheck policy show POLICY` lists them"),
    "policy_id": phrase("a policy, such as antivirus; `soccheck policy list` lists them"),
    "policy": phrase("a policy, such as antivirus; `soccheck policy list` lists them"),
    "run": phrase("a run by its number or day; `soccheck history list` lists them"),
    "name": phrase("a map, then the files; `soccheck import maps` lists the maps"),
    "channel": phrase("a channel of `notify:` in soccheck.yaml"),
    "evidence file": _EVIDENCE,
    "evidence files": _EVIDENCE,
    "import file": phrase("the spreadsheet, .xlsx or .csv"),
    "import files": phrase("the files to read: spreadsheets, or a console's exports"),
    "claims file": phrase("the report to read: .docx, .txt or .md"),
    "report file": phrase("the workbook that was sent out and filled in, .xlsx"),
    "firewall file": _RULESET,
    "firewall old": _RULESET,
    "firewall new": _RULESET,
    "policy old": phrase("two editions: each a file, or POLICY@VERSION"),
    "policy new": phrase("two editions: each a file, or POLICY@VERSION"),
    "policy folder": phrase("the folder of test cases: EDITION/CONTROL.yaml"),
    "before": _TWO,
    "after": _TWO,
    "questions": phrase("what to ask, in quotes; `soccheck firewall ask --help` shows questions"),
}
"""Argument that is lacking, behind its group where the group says what it is -> what to name."""

CHOICES = _named(
    ("excel, xls, bang tinh, spreadsheet, xlsm", ("xlsx",)),
    ("word, doc, van ban", ("docx",)),
    ("md, mark down", ("markdown",)),
    ("txt, text, bang, console, terminal, stdout, plain, screen, man hinh", ("table", "text")),
    ("htm, web, trang web, page", ("html",)),
    ("xml, junit xml", ("junit",)),
    ("prometheus, metrics", ("openmetrics",)),
    ("code quality", ("gitlab",)),
    ("mau 8, mau so 08, mau so 8, phu luc 08", ("mau-08",)),
    ("vn, viet, viet nam, vietnam, vi vn", ("vi",)),
    ("eng, anh, us, gb, uk, en us, en gb", ("en",)),
    ("dat, passed, ok, compliant, tot", ("pass",)),
    ("khong dat, chua dat, failed, failing, error, loi", ("fail",)),
    ("chua ro, khong ro, chua xac dinh, thieu, missing", ("unknown",)),
    ("khong ap dung, n a, na", ("not_applicable",)),
    ("mien, mien tru, exempt", ("waived",)),
    ("gia han, trong han, thoi han", ("grace",)),
    ("rat cao, nghiem trong, khan cap", ("critical",)),
    ("vua, tb", ("medium",)),
    ("quan sat, do, ssh, collected", ("observed",)),
    ("nhap, import", ("imported",)),
    ("xac nhan, ky, van ban ky, signed", ("attested",)),
    ("khai, khai bao, ke khai, tu khai", ("declared",)),
    ("unit, units, org, organisation, organizations, don vi, so nganh, phong ban",
     ("organization",)),
    ("tai san, may, may chu, host, hosts, assets", ("asset",)),
    ("noi dung, tieu chi, yeu cau, rule, requirement", ("control",)),
    ("cap, cap do", ("level",)),
    ("chu quan", ("owner",)),
    ("chuyen trach", ("specialist",)),
    ("van hanh", ("operator",)),
    ("mo, mo them", ("opened",)),
    ("dong, dong lai", ("closed",)),
    ("tat ca, all, het", ("any",)),
    ("sh, shell", ("bash",)),
    ("table, csv, human", ("text",)),
    ("thu cong, tay, hand", ("manual",)),
    ("hen gio", ("timer", "systemd")),
    ("service, linux", ("systemd",)),
    ("crontab", ("cron",)),
)  # fmt: skip
"""Word for a choice -> the choices it may mean; those that an option has count."""
