"""What a bundle says, in English, of why something was not learned: said in the reader's language.

A bundle is one file for all readers. What collectors and probes write is told from what machines
and libraries said: the first is translated, the second stands in quotes as it is.
"""

from __future__ import annotations

import functools
import re

from soccheck.errors import known_refusals
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.phrase import Phrase, phrase

WRITTEN = (
    phrase("{alias} is its own jump host"),
    phrase("the organization that it is onboarded to is not told"),
    phrase("managed by {name}: that may be the machine alone"),
    phrase("that it reaches its portal is not told"),
    phrase("{name}: a minor release, whose support ended when {other} came"),
    phrase(
        "{name}: the support of every machine ended on {day}; "
        "whether this one has more, until {extended} at most, is not told"
    ),
    phrase("{name}: whether a minor release came after {other} is not known"),
    phrase("{name}: which minor release it is of is not told"),
    phrase("{name}: whether this minor release had come is not known"),
    phrase("no day is known of {name}"),
    phrase("whether {host} is another machine is not known"),
    phrase("udevd does not run: what else starts something for a device is not asked"),
    phrase("{name} runs, and may start what is plugged in"),
    phrase("{path} is there: its user decides what is started"),
    phrase("{path} may not be read"),
    phrase("{path} may start something for a device"),
    phrase("{path} starts something for a device, which is not read"),
    phrase("{path} starts something for a device, which is not known"),
    phrase("the answer breaks off"),
    phrase("VMware's tools may set the clock by the host's"),
    phrase("the agent's times ({last}, now {now}) may be of another time zone"),
    phrase("the agent's times are to come and may be of another time zone"),
    phrase("that it scans in both directions is not told"),
    phrase("the daemon of ClamAV {version} may itself scan what is used, and was not asked"),
    phrase("only table {name} has a default route"),
    phrase("only {link} has a global address, which nobody is beside"),
    phrase("no shell answered the questions; it said: {said}"),
    phrase("the run was interrupted before it answered"),
    phrase("soccheck could not go on with it: {said}"),
    phrase("the session broke off"),
    phrase("the device shows no prompt"),
    phrase(
        "{login} closed the connection before it answered to a key: see its sshd's log; "
        "a Banner of more than 256 KiB is one cause"
    ),
    phrase("ssh_config names a ProxyCommand, which soccheck does not run: use ProxyJump"),
    phrase("the handshake broke off: {said}"),
    phrase("{user} may not log in: {said}"),
    phrase("interrupted"),
    phrase("no answer from {login} in {seconds} s"),
    phrase("{login} refuses the connection"),
    phrase("{login} has no address: {said}"),
    phrase("{login} through {jump}: {said}"),
    phrase("more than 256 KiB came before the login"),
    phrase("no handshake in {seconds} s"),
    phrase("no algorithm in common: {said}"),
    phrase("no answer to the login in {seconds} s"),
    phrase("jump host {login}: {said}"),
    phrase("unknown host key: {login} offers {kind} {key}; check with: {command}"),
    phrase(
        "unknown host key and no certificate: {login} offers {kind} {key}; check with: {command}"
    ),
    phrase("the key of {login} is revoked: {said}"),
    phrase("host certificate refused: {said}"),
    phrase(
        "CHANGED host key: {login} offers {kind} {key}, known is {known}; check with: {command}"
    ),
    phrase("{path} cannot be read: {said}"),
    phrase("{path} is a binary list of revoked keys: write one a line"),
    phrase(
        "no address: give it addresses or ssh.address in the inventory, or HostName in ssh_config"
    ),
    phrase("the jump hosts of {login} lead in a circle"),
    phrase("ssh_config says what is not followed: {said}"),
    phrase("ssh_config cannot be understood: {said}"),
    phrase("ssh_config allows nothing that soccheck has: {keyword} {said}; it has {usual}"),
    phrase("ssh_config: the variable of {said} is not followed"),
    phrase("ssh_config: {said} is no port"),
    phrase("{jumps} names no jump host: write [user@]name[:port]"),
    phrase("{place}: no public key: write KIND KEY"),
    phrase("ssh_config: {token} of {said} is not followed"),
    phrase("the connection was lost: {said}"),
    phrase("the machine did not answer in time"),
    phrase("what {product} does beside {other} is not known"),
    phrase("running programs cannot be seen"),
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
    phrase("the {probe} probe found no answer"),
    phrase("who keeps the clock cannot be seen"),
    phrase("{daemon} keeps the clock; whom it follows is not known"),
    phrase("it follows {reference}, the machine itself; whom that follows is not known"),
    phrase("who keeps the clock, and whom it follows, is not known"),
    phrase("{name} is not told for every interface"),
    phrase("no TCP port that is listened on was seen"),
    phrase("{name} runs; where it sends logs is not known"),
    phrase("the log service's configuration cannot be read"),
    phrase("the journal's settings cannot be read"),
    phrase("the machine asks a resolver of its own; whom that one asks is not known"),
    phrase("dig: not there"),
    phrase("no resolver in use was asked over IPv6"),
    phrase("the resolver behind systemd-resolved was not asked"),
    phrase("the running kernel {kernel} is none of those installed"),
    phrase("{file} was changed since the start"),
    phrase("the system is an image or a snapshot ({file}): the next one is not seen"),
    phrase("when the C library was changed is not told"),
    phrase("the kernel {newer} is newer than the running {kernel}, and of another kind"),
    phrase("{product} runs; whether it is connected is not known"),
    phrase("the agent tells no time of its last contact"),
    phrase("the Security Center says {said} and gives no date"),
    phrase("no policy of the machine turns automatic starts off"),
    phrase("the machine's policy leaves out some kinds of drives"),
    phrase("ClamAV has no console, and does not tell what else manages it"),
    phrase("mdatp says that it is licensed, and not until when"),
    phrase(
        "klnagchk tells whether the Network Agent reaches its Administration Server, in an answer"
        " that no document shows; `Policy` of kesl-control is applied whether or not it does"
    ),
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
        "scans, when its patterns were made or until when it is licensed"
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
    phrase("no document shows anything that it answers"),
    phrase("cmdagent tells of the agent, and not of the protection"),
    phrase("no document shows what drweb-ctl answers of its central protection server"),
    phrase("that its anti-malware module is on is not told"),
    phrase("that it is bound to a manager is not told"),
    phrase("that it reached its manager lately is not told"),
    phrase("that its agent is enabled is not told"),
    phrase("that it is bound to a console is not told"),
    phrase("that it is connected to its console is not told"),
    phrase("that it is bound to an ePO server is not told"),
    phrase("that it reached its ePO server lately is not told"),
    phrase("that Microsoft Defender is what protects is not told"),
    phrase("that Intune manages it is not told; what else may is not"),
    phrase("that it is onboarded to an organization is not told"),
    phrase("that it reached its portal lately is not told"),
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
    phrase("whether the resolver resolves is not told"),
    phrase("whether {host} is the machine itself is not known"),
    phrase("by its last events ({events}) the forwarder serves no subscription"),
    phrase("clamonacc was started with {file}, which tells nothing of it"),
    phrase("which configuration clamonacc was started with is not told"),
    phrase("clamonacc watches {paths} alone"),
    phrase("clamonacc leaves out what is done by {names}"),
    phrase("clamonacc leaves out files above {size}"),
    phrase("clamonacc leaves out {path}"),
    phrase("it leaves out {names}"),
    phrase("it may let be what it finds: {said}"),
    phrase("that it watches all files is not told"),
    phrase("chrony and ntpd both keep the clock, and disagree"),
    phrase("that {daemon} follows another clock, less than a second off it, is not told"),
    phrase("{daemon} answers, and is not seen to run on the machine itself"),
    phrase("with which options chronyd was started is not told"),
    phrase("chronyd leaves the clock alone (-x)"),
    phrase("the source {name} is no server"),
    phrase("w32tm says that its clock was not set yet (Unset)"),
    phrase("what is on in the place of {product} is not known"),
    phrase("when the files of {kernel} were changed is not told"),
    phrase("w32tm names no reference; whom the clock follows is not known"),
    phrase("the clock follows the host of the virtual machine; whom that follows is not known"),
    phrase("w32tm's stratum is none, or not told"),
    phrase("how far it is off its server is too much, or not told"),
    phrase("the machine does not tell its own name"),
    phrase("the machine does not tell its time"),
    phrase("that timesyncd set the clock within a day is not told"),
    phrase("it is said to follow, and is a minute or more off the collector's"),
    phrase("in a container, who keeps the clock cannot be seen"),
    phrase("w32tm does not tell when it last heard of a server"),
    phrase("the machine tells no time"),
    phrase("no time of the last content update"),
    phrase("a table outside nftables is called {name}"),
    phrase("systemd-resolved names no server; it may ask those compiled into it"),
    phrase("the Security Center says that it is on, and not what it leaves out"),
    phrase("the day of the database is not understood"),
    phrase("the journal keeps nothing that could be sent, or it is not known"),
    phrase("whether the journal is uploaded is not told"),
    phrase("databases loaded: {said}"),
    phrase("file threat protection: {said}"),
    phrase("not a journal's setting: {said}"),
    phrase("a bracket is not closed: {said}"),
    phrase("a bracket is not closed"),
    phrase("not understood: {said}"),
    phrase("the raw answers were redacted"),
    phrase("its rules were not asked for"),
    phrase("no command was asked"),
    phrase("the inventory has it at another address now"),
    phrase("no host key is kept with its answers"),
    phrase("where it was asked is not told"),
    phrase("collected for {folder}, and this is another state of {other}"),
    phrase("{probe} probe at {place}"),
    phrase("its raw answers do not tell it"),
    phrase("its raw answers say {value}, which was left out"),
    phrase("its raw answers say {value}, not {other}"),
    phrase("{names} answered with the same host key {key}"),
    phrase("{names} answered with the same machine-id {digest}"),
    phrase("{names} answered with the same address {address}"),
    phrase("{names} answered with the same network cards {cards}"),
    phrase("{names} answered with the same configuration"),
    phrase(
        "neither it nor {names} told a machine-id (systemd-machine-id-setup makes one) or network cards "
        "(ip -j addr)"
    ),
    phrase(
        "neither it nor {names} told a machine-id (MachineGuid) or network cards (Get-NetAdapter)"
    ),
    # -- of imported lists --
    phrase("{file}, row {number}"),
    phrase("when it last reported is not said"),
    phrase("when it last reported cannot be told: {said}"),
    phrase("{day} is after it last reported, on {last}"),
    phrase("the cell has a colour and no text: write what the colour means"),
    phrase("the cell has no text, and a rule may give it a colour: write what the colour means"),
    phrase("the cell shows the error {error}"),
    phrase("the cell shows an error"),
    phrase("the cell is empty"),
    phrase("the cell looks like a secret"),
    phrase("{entry} has no meaning in the map"),
    phrase("nothing in the inventory is called {name}"),
    phrase("{name} may be several: {ids}"),
    phrase("{value} is not of type {type}"),
    phrase("{entry} names nothing"),
    phrase("{entry} refers to a note"),
    phrase("{entry} has no number yet"),
    phrase("{value} is no whole number"),
    phrase("{fact} cannot be {value}"),
    phrase("{part} is more than {whole}: correct one of the two"),
    phrase("a spreadsheet made the day {day} of what was typed"),
    phrase("{day} is no day anything happened"),
    phrase("{day} is after the file was taken"),
    phrase("{text} is no length of time"),
    phrase("{text} is a day in none of the forms {forms}"),
    phrase("the number {number} is no day"),
    phrase("there is no day {value}"),
    phrase("{text} names a month, and the day is not said"),
    phrase("{day} may be day/month or month/day: {place} may be written in the other order"),
    phrase("{day} may be {other}, turned by the spreadsheet: {place} is a day written as text"),
    phrase("the entry is struck out, the whole of it or a part"),
    phrase("the form of the cell shows another text than it holds"),
    phrase("a formula whose value was not saved: open the file, save it, import it again"),
    phrase("a formula that takes its value from another file, or from what a text names"),
    phrase(
        "a formula that changes by itself, by the clock or at random: put in the value it should have"
    ),
    phrase(
        "a formula over cells, in a workbook whose formulas change by the clock: paste it as a value"
    ),
    phrase("a formula that is not understood: paste it as a value, or save the file as XLSX"),
    phrase(
        "merged over several rows, so whether each is meant is not said; "
        "the map can say it: rows: fill"
    ),
    phrase("nmap gave the machine up: it took too long"),
    phrase("no rule was decided: {counts}"),
    phrase("the profile was tailored: it asks what somebody left in it"),
    phrase("messages are handed to another ruleset: {said}"),
    phrase("a queue discards: {said}"),
    phrase("the ruleset {name} was not looked at"),
    phrase("the ruleset {name} is called again"),
    phrase("whether there is a user {name} is not known"),
    phrase("{name} is not loaded"),
    phrase("what is discarded is not known"),
    phrase("what goes to {host} was discarded before"),
    phrase("which messages go to {host} is not known"),
    phrase("only messages of one kind go to {host}"),
    phrase("what goes to {host} by the template {name} is not known"),
    phrase("messages go to {host} only sometimes"),
    phrase("what goes to {host} may be gone before: {said}"),
    phrase("it takes in no messages of the machine itself"),
    phrase("its main file was not seen"),
    phrase("its main file does not begin with @version"),
    phrase("{path} is included, and was not looked at"),
    phrase("a file is included that was not looked at"),
    phrase("text is included that is made up elsewhere"),
    phrase("a block is not closed"),
    phrase("a comment is not closed"),
    phrase("a list is not closed"),
    phrase("blocks nested too deep"),
    phrase("a condition nested too deep"),
    phrase("a line of {count} characters"),
    phrase("not understood in a condition: {said}"),
    phrase("no port: {said}"),
    phrase("a limit may drop much of what is sent"),
    phrase("a queue holds messages back or leaves some out: {said}"),
    phrase("a queue that is full drops messages at once"),
    phrase("a throttle may drop much of what is sent"),
    phrase("{name} may drop much of what is logged"),
    phrase("{name} is defined twice"),
    phrase("{name} is not defined"),
    phrase("destination {name}: {said}"),
    phrase("the template {name} has no message"),
    phrase("whether messages reach {host}: {said}"),
    phrase("what its filter lets through is not known, or was taken before"),
    phrase("what its parser lets through is not known"),
    phrase("what is written in the place of a message is not known"),
    phrase("none of its sources is known to be the machine's own"),
    phrase("other paths, or parts of it, may take its messages"),
    phrase("the journal may drop much of what a service logs"),
    phrase("the journal hands on the gravest messages alone"),
    phrase("the journal does not hand messages to the log service"),
    phrase("where the journal is uploaded to is not known, or is the machine itself"),
)
"""What collectors and probes write, as they write it; a test holds it to their texts."""


def told(text: Phrase | str, language: Language) -> str:
    """Return what a bundle says: translated where it is known, else quoted as it is."""
    if isinstance(text, Phrase):
        return clean(_said(text, language))
    text = clean(text)
    if language.code == "en" or not text:
        return text
    for at in (0, *(found.end() for found in re.finditer(": ", text))):
        if (sentence := _known(text[at:])) is not None:
            head = text[: max(at - 2, 0)]
            said = _said(sentence, language)
            return f"{told(head, language)}: {said}" if head else said
    return text if _NO_PROSE.fullmatch(text) else f"“{text}”"


_NO_PROSE = re.compile(r"\S+")
"""An id, an address, a path."""


def _said(sentence: Phrase, language: Language) -> str:
    values = {
        name: told(str(value), language)
        if name == "said"
        else language.say(value)
        if isinstance(value, Phrase)
        else value
        for name, value in sentence.values
    }
    return language(sentence.text).format(**values)


def _known(text: str) -> Phrase | None:
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return sentence.of(**found.groupdict())
    return None


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], Phrase], ...]:
    sentences = (*WRITTEN, *known_refusals())
    return tuple((_pattern(sentence.text), sentence) for sentence in sentences)


def _pattern(text: str) -> re.Pattern[str]:
    """Return what fits a sentence with anything in its names' places; only what was said has many words."""
    parts = re.split(r"\{(\w+)\}", text)
    written = [re.escape(part) for part in parts]
    for at in range(1, len(parts), 2):
        inside = ".+" if parts[at] == "said" else r"(?:(?!: )[^;])+?"
        written[at] = f"(?P<{parts[at]}>{inside})"
    return re.compile("".join(written))
