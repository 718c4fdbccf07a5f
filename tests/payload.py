"""A text that attacks whatever shows it, and a repository that holds it wherever a text can stand."""

from __future__ import annotations

import json

from tests.scratch import POLICY, Scratch

HOSTILE = (
    "x\n::set-output name=a::b%0A::add-mask::c\n::stop-commands::d ##vso[task.setvariable "
    "variable=a]b ##[error]c \x1b[2J\x9b31m\x07\u202e\u2066\u2028\u2029\u200d\ufeff\ufffe "
    "<script>alert(1)</script> ]]> <!-- | `code` [l](javascript:x) ![i](x) @team #1 *b* _i_ ~~s~~ \\ "
    "{{ 7*7 }} {% x %} %s %(x)s _x0041_ </style> \t\r\n::error::e"
)
QUOTED = json.dumps(HOSTILE).replace("\\u009b", "\\x9b").replace("\x9b", "\\x9b")


def poison(scratch: Scratch) -> Scratch:
    """Put the payload into every text that an inventory, a waiver and a policy can hold."""
    scratch.write(
        "inv/authority.yaml",
        f"""\
authority: {{name: {{vi: {QUOTED}, en: {QUOTED}}}, stated: 2024-06-01, note: {QUOTED}}}
documents: {{doc: {{title: {QUOTED}, number: {QUOTED}, issuer: {QUOTED}}}}}
organizations:
  so:
    type: department
    tier: province
    name: {{vi: {QUOTED}, en: {QUOTED}}}
    code: {QUOTED}
    source: {{document: doc, section: {QUOTED}}}
""",
    )
    text = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    scratch.write(
        "inv/hosts.yaml",
        text.replace(
            "role: server\n", f"role: server\n    name: {{vi: {QUOTED}, en: {QUOTED}}}\n", 2
        ).replace("{realtime: false}", f"{{realtime: false, product: {QUOTED}}}"),
    )
    scratch.edit("inv/waivers.yaml", "being replaced", QUOTED)
    scratch.edit("inv/waivers.yaml", "Director", QUOTED)
    scratch.edit("inv/waivers.yaml", "[mail-1]", f"[mail-1, web-2]\n    ticket: {QUOTED}")
    text = POLICY
    for word in ("Protection is on", "Turn it on.", "All hosts are protected", "Trial"):
        text = text.replace(f"en: {word}", f"en: {QUOTED}")
    text = text.replace("en: protected", f"en: {QUOTED}").replace("en: safe", f"en: {QUOTED}")
    text = text.replace("source: made up", f"source: {QUOTED}, note: {QUOTED}")
    text = text.replace(
        "require: {antivirus.realtime: true}\n    severity",
        (f"require: {{antivirus.product: {QUOTED}, antivirus.realtime: true}}\n    severity"),
    )
    scratch.write("pol/trial.yaml", text)
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false, product: other}")
    return scratch
