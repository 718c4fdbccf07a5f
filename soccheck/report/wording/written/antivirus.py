"""What is written of antivirus products whose state was not learned."""

from __future__ import annotations

from soccheck.phrase import phrase

WRITTEN = (
    phrase("the organization that it is onboarded to is not told"),
    phrase("managed by {name}: that may be the machine alone"),
    phrase("that it reaches its portal is not told"),
    phrase("that it scans in both directions is not told"),
    phrase("the daemon of ClamAV {version} may itself scan what is used, and was not asked"),
    phrase("what {product} does beside {other} is not known"),
    phrase("no antivirus product of the catalogue was found"),
    phrase("signatures of {day} come from the future"),
    phrase("{action}; files wait for the scan"),
    phrase("{action}; files may not wait for the scan"),
    phrase("the state of file threat protection is not told"),
    phrase("the licence is {state}: what still protects is not known"),
    phrase("licence, real-time protection or passive mode is not told"),
    phrase("the product is not licensed: its definitions are not used"),
    phrase("the state of the definitions is not told"),
    phrase("it says of itself: {said}"),
    phrase("soccheck cannot ask this product how it is"),
    phrase("without OnAccessPrevention, or with OnAccessMountPath, clamonacc may only report"),
    phrase("the Security Center says {said} and gives no date"),
    phrase("ClamAV has no console, and does not tell what else manages it"),
    phrase("mdatp says that it is licensed, and not until when"),
    phrase("no Network Agent runs beside it"),
    phrase("that it runs under a policy of its server is not told"),
    phrase("that it is bound to an Administration Server is not told"),
    phrase("that it reaches its Administration Server is not told"),
    phrase("that it reached its Administration Server lately is not told"),
    phrase(
        "status.html of ESET Management Agent tells whether it reaches its console, in a form "
        "that no document shows; ESET's documented commands do not"
    ),
    phrase(
        "ESET's documented commands (upd, lic, odscan, quar, lslog) do not tell whether files are"
        " scanned as they are used"
    ),
    phrase("ESET's documented commands do not tell whether it acts on what it finds"),
    phrase("bduitool's answers do not tell of the console"),
    phrase(
        "bduitool tells whether antimalware is on, and not whether on-access scanning, a switch "
        "of its own, is"
    ),
    phrase("bduitool does not tell whether it acts on what it finds"),
    phrase("bduitool tells of no licence"),
    phrase("no document shows where it tells whether it reaches Sophos Central"),
    phrase(
        "dsa_query's answers tell whether anti-malware is on, and in no documented word what it "
        "scans or when its patterns were made"
    ),
    phrase(
        "sentinelctl tells that its agent is enabled, and in no documented word what it does with"
        " a file; it has no daily signatures"
    ),
    phrase(
        "`cytool last_checkin` tells when it last reached its console, in an answer that no document shows"
    ),
    phrase(
        "`falconctl -g --aid` tells that the sensor was enrolled once, and nothing that it "
        "answers that it is connected"
    ),
    phrase(
        "falconctl tells of the sensor's enrolment, and in no documented word what it does with a "
        "file; it has no daily signatures"
    ),
    phrase("no document shows anything that it answers"),
    phrase("cmdagent tells of the agent, and not of the protection"),
    phrase(
        "mfetpcli tells whether scanning on access is on, and in no documented form what it leaves out"
    ),
    phrase("no document shows what drweb-ctl answers of its central protection server"),
    phrase(
        "drweb-ctl tells of its virus databases, and in no documented form whether SpIDer Guard "
        "scans files as they are used"
    ),
    phrase("no document shows what drweb-ctl answers of its licence"),
    phrase("no time of the virus databases"),
    phrase("that its anti-malware module is on is not told"),
    phrase("that it is bound to a manager is not told"),
    phrase("that it reached its manager lately is not told"),
    phrase("that its agent is enabled is not told"),
    phrase("that its agent runs is not told"),
    phrase("until when it is licensed is not told"),
    phrase("that it is bound to a console is not told"),
    phrase("that it is connected to its console is not told"),
    phrase("that it is bound to an ePO server is not told"),
    phrase("that it reached its ePO server lately is not told"),
    phrase(
        "the Security Center tells neither whether it acts on what it finds nor of a licence or console"
    ),
    phrase("whether the service and the antivirus are on is not told"),
    phrase("the age of the signatures is not told"),
    phrase("the product's state is not told"),
    phrase("real-time protection or the running mode is not told"),
    phrase("the signatures were never updated"),
    phrase("{folder} may not be searched for antivirus products"),
    phrase("how clamonacc was started is not told"),
    phrase("clamonacc was started with {word}, which may change what it watches"),
    phrase("whether real-time protection is available is not told"),
    phrase("whether the product is licensed is not told"),
    phrase("what it does in real time is not known"),
    phrase("clamonacc was started with {file}, which tells nothing of it"),
    phrase("which configuration clamonacc was started with is not told"),
    phrase("clamonacc watches {paths} alone"),
    phrase("clamonacc leaves out what is done by {names}"),
    phrase("clamonacc leaves out files above {size}"),
    phrase("clamonacc leaves out {path}"),
    phrase("it leaves out {names}"),
    phrase("it may let be what it finds: {said}"),
    phrase("that it watches all files is not told"),
    phrase("what is on in the place of {product} is not known"),
    phrase("no time of the last content update"),
    phrase("the Security Center says that it is on, and not what it leaves out"),
    phrase("the day of the database is not understood"),
    phrase("databases loaded: {said}"),
    phrase("file threat protection: {said}"),
)
