"""The fact catalogue: every named, typed value an inventory, a probe, an import or a policy may speak of.

A dotted name is a path into the asset's YAML: `dossier.status` is the key `status` under `dossier`.
"""

from typing import NamedTuple

from soccheck.model import KINDS


class Fact(NamedTuple):
    """Represents one entry: its type, the kinds of asset it is about, and what it means.

    Types: `bool`, `int`, `number`, `text`, `date`, `duration` (`3d`, `12h`), `address`, `prefix`,
    `service` (`tcp/22`, `maybe udp/53`, of those in `values`), `share` (a per cent without numerator: `97.4%`, `about 70%`), `count` (`13`, `about 80`), `enum`
    (one of `values`; so may an `int` be), `ref` (the id of an asset of the kinds in `values`), `records` (a list
    of mappings). `many` makes it a list. Counts have no unit; a `unit` is given otherwise.
    """

    name: str
    type: str
    kinds: tuple[str, ...]
    meaning: str
    values: tuple[str, ...] = ()
    many: bool = False
    unit: str | None = None
    required: bool = False


def _facts(kinds: str, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[Fact]:
    """Read rows of (name, type, meaning[, unit]); `enum:a,b`, `ref:host`, `[text]` and `!` for required."""
    facts = []
    about = KINDS if kinds == "*" else tuple(kinds.split())
    for name, kind, meaning, *unit in rows:
        required = kind.endswith("!")
        kind = kind.removesuffix("!")
        many = kind.startswith("[")
        kind, _, values = kind.strip("[]").partition(":")
        facts.append(
            Fact(
                name=name,
                type=kind,
                kinds=about,
                meaning=meaning,
                values=tuple(values.split(",")) if values else (),
                many=many,
                unit=unit[0] if unit else None,
                required=required,
            )
        )
    return facts


# fmt: off  -- a table: one fact a line
_LEVEL = "int:1,2,3,4,5"
_ALL = (
    _facts(
        "authority " + " ".join(KINDS),
        ("name.vi", "text", "name in Vietnamese"),
        ("name.en", "text", "name in English"),
        ("note", "text", "remark for the reader; never judged"),
    )
    + _facts(
        "authority",
        ("stated", "date", "day the inventory's statements hold for"),
        (
            "owner",
            "ref:organization",
            "the information systems' owner in law (chủ quản hệ thống thông tin)",
        ),
        (
            "former_owners",
            "[ref:organization]",
            "owners before a merger, whose decisions still hold",
        ),
        (
            "specialists",
            "[ref:organization]",
            "units that are, or were, the specialised information security unit (đơn vị chuyên trách)",
        ),
    )
    + _facts(
        "*",
        ("valid.from", "date", "first day the asset exists"),
        ("valid.to", "date", "last day the asset exists; it is not assessed afterwards"),
        ("tags", "[text]", "free labels to select by"),
    )
    + _facts(
        "site system network host firewall endpoint fleet",
        ("organization", "ref:organization!", "organisation that answers for the asset"),
    )
    + _facts(
        "organization",
        ("code", "text", "stable code of the unit"),
        (
            "type",
            "enum:committee,department,office,centre,inspectorate,district,commune,ministry,party,enterprise,other!",
            "kind of unit",
        ),
        ("tier", "enum:central,province,district,commune!", "administrative level"),
        ("parent", "ref:organization", "unit it belongs to"),
        ("predecessors", "[ref:organization]", "units merged into it"),
        ("ipv6_plan.number", "text", "number of the decision that issues the IPv6 plan"),
        ("ipv6_plan.date", "date", "day the IPv6 plan was issued"),
        ("ipv6_plan.prefix", "prefix", "address block of its own"),
    )
    # -- systems: the level dossier in the words of the law -------------------------------------
    + _facts(
        "system",
        ("owner", "ref:organization", "owner in law (chủ quản)"),
        ("operator", "ref:organization", "operating unit (đơn vị vận hành)"),
        ("operation.since", "date", "day the system went into operation"),
        (
            "criteria.data",
            "enum:public,private,personal,state_secret",
            "most sensitive kind of information processed",
        ),
        (
            "criteria.administrative_procedures",
            "bool",
            "handles administrative procedures (giải quyết thủ tục hành chính)",
        ),
        (
            "criteria.online_service",
            "enum:none,general,conditional",
            "offers services online; conditional: in the list of conditional business lines",
        ),
        (
            "criteria.public_service_level",
            "int:0,1,2,3,4",
            "online public service level under the rules of 2016; 0 when none",
        ),
        ("criteria.users", "int", "users of the online service"),
        ("criteria.basic_data_subjects", "int", "people whose basic personal data are processed"),
        (
            "criteria.sensitive_data_subjects",
            "int",
            "people whose sensitive personal data are processed",
        ),
        (
            "criteria.infrastructure",
            "enum:none,agency,shared,national",
            "infrastructure for one agency, shared by a province or sector, or nation-wide around the clock",
        ),
        (
            "criteria.industrial_control",
            "enum:none,class_4,class_3,class_2,class_1,special",
            "class of the works an industrial control system runs",
        ),
        (
            "criteria.harm",
            "enum:none,harm,serious,especially_serious",
            "harm to defence, security or the state if broken",
        ),
        ("dossier.proposed_level", _LEVEL, "level proposed in the dossier"),
        ("dossier.status", "enum:draft,submitted,appraised,approved", "state of the dossier"),
        ("dossier.submitted", "date", "day the dossier was sent for appraisal"),
        ("dossier.appraised", "date", "day of the appraisal"),
        ("dossier.appraiser", "ref:organization", "unit that appraised"),
        ("dossier.decision.number", "text", "number of the approving decision"),
        ("dossier.decision.date", "date", "day of the approving decision"),
        ("dossier.decision.issuer", "ref:organization", "who approved"),
        ("dossier.expected", "date", "day approval is expected, while it is not approved"),
        ("regulation.number", "text", "number of the security regulation (quy chế)"),
        ("regulation.date", "date", "day the security regulation was issued"),
        ("regulation.issuer", "ref:organization", "who issued the security regulation"),
        (
            "implementation.status",
            "enum:none,partial,full",
            "how much of the approved protection plan is in place",
        ),
        ("implementation.expected", "date", "day full implementation is expected"),
        ("inspection.last", "date", "day of the last periodic inspection"),
        ("inspection.kinds", "[enum:before_use,periodic]", "inspections carried out"),
        ("inspection.inspector", "ref:organization", "who inspected"),
        (
            "changes",
            "[records]",
            "changes of function, scope, users, data or technology since the system was levelled",
        ),
        ("changes.date", "date!", "day of the change"),
        (
            "changes.kind",
            "enum:function,scope,users,data,technology,scale,integration,incident!",
            "what changed",
        ),
        ("changes.description", "text", "what was changed"),
        ("risk.assessed", "date", "day of the last assessment of the system's risk"),
        (
            "national_list",
            "date",
            "day it was put on the Prime Minister's list of systems important to national security",
        ),
        ("new_conditions.met", "date", "day the conditions of the new law were met"),
        ("hosting", "enum:own,rented,cloud", "where it runs"),
        ("monitoring.soc", "bool", "monitored by the provincial SOC"),
        ("backup.last", "date", "day of the last backup that was verified"),
    )
    + _facts(
        "network",
        (
            "type",
            "enum:lan,wan,dmz,servers,management,wireless,internet!",
            "what the network is for",
        ),
        ("prefixes", "[prefix]", "its address ranges, IPv4 and IPv6"),
        ("untrusted", "bool", "the side attacks come from"),
        ("ipv6.enabled", "bool", "carries IPv6"),
    )
    + _facts(
        "firewall",
        (
            "vendor",
            "enum:fortinet,cisco,juniper,mikrotik,pfsense,opnsense,windows,linux,paloalto,checkpoint,sophos,other",
            "maker",
        ),
        ("product", "text", "product and model"),
        ("protects", "[ref:network]", "networks behind it"),
        ("firewall.ips", "bool", "intrusion prevention is licensed and on"),
        ("firewall.ips_updated", "date", "day the intrusion prevention signatures were updated"),
        ("firewall.antimalware", "bool", "filters malware on the network"),
        ("firewall.waf", "bool", "filters web requests"),
        ("firewall.reviewed", "date", "day the rules were last reviewed"),
        ("firewall.support_until", "date", "day the maker's support ends"),
    )
    + _facts(
        "host firewall",
        ("addresses", "[address]", "addresses it answers on"),
        (
            "ssh.address",
            "text",
            "name or address to ask it over SSH at, when not the first of addresses",
        ),
        ("ssh.port", "int", "port of its SSH service"),
        ("ssh.user", "text", "user to log in as"),
        ("ssh.jump", "text", "machine to reach it through: [user@]name[:port]"),
        (
            "firewall.input_chain",
            "bool",
            "inbound IPv4 passes a filter chain that decides anything",
        ),
        (
            "firewall.input_chain_ipv6",
            "bool",
            "inbound IPv6 passes a filter chain that decides anything",
        ),
        ("listens.ipv4", "[int]", "TCP ports open to others over IPv4"),
        ("listens.ipv6", "[int]", "TCP ports open to others over IPv6"),
        ("os.kernel", "text", "kernel that runs"),
        ("upkeep.uptime", "duration", "time since it was started"),
        ("upkeep.restart_due", "bool", "an installed update waits for a restart"),
        ("clock.synchronised", "bool", "its clock follows a time server"),
        ("clock.skew", "duration", "difference of its clock from the collector's"),
        ("monitoring.agent", "bool", "the SOC's agent is installed and connected"),
        ("monitoring.logs_forwarded", "bool", "sends its logs to the central collector"),
        ("os.family", "enum:linux,windows,bsd,other", "operating system family"),
        ("os.name", "text", "operating system and version"),
        ("ipv6.address", "bool", "has a global IPv6 address"),
        ("ipv6.default_route", "bool", "has an IPv6 default route"),
        ("ipv6.disabled", "bool", "IPv6 is switched off on every interface"),
        ("ipv6.listens", "bool", "every service open on IPv4 also listens on IPv6"),
        ("ipv6.resolver", "bool", "reaches a resolver over IPv6"),
        ("ipv6.resolver_configured", "bool", "a resolver with an IPv6 address is configured"),
        ("ipv6.temporary_addresses", "bool", "makes up temporary (privacy) addresses"),
        ("ipv6.accepts_redirects", "bool", "lets ICMPv6 redirects change its routes"),
        (
            "ipv6.accepts_advertisements",
            "bool",
            "takes addresses and routes from router advertisements",
        ),
        ("ipv6.accepts_source_routes", "bool", "obeys source routes in packets"),
        ("ipv6.tunnel", "bool", "an automatic tunnel (6to4, Teredo, ISATAP) is up"),
        ("firewall.active", "bool", "a packet filter is loaded and on"),
        (
            "firewall.default_inbound",
            "enum:deny,allow",
            "what happens to inbound IPv4 no rule names",
        ),
        (
            "firewall.default_inbound_ipv6",
            "enum:deny,allow",
            "what happens to inbound IPv6 no rule names",
        ),
        ("firewall.logs_denied", "bool", "denied traffic is logged"),
        # What the ruleset itself says; `soccheck firewall show` establishes these.
        ("firewall.ruleset", "text", "file or folder of the ruleset, from the inventory's folder"),
        (
            "firewall.exported",
            "date",
            "day that ruleset was exported; else the inventory's own day",
        ),
        ("firewall.untrusted", "[text]", "interfaces on the side attacks come from"),
        (
            "firewall.admin_networks",
            "[ref:network]",
            "networks administrators come from; with no range stated either, those of type management",
        ),
        ("firewall.admin_prefixes", "[prefix]", "address ranges administrators come from"),
        ("firewall.default_deny_input_ipv4", "bool", "no rule, no way to the device: IPv4"),
        ("firewall.default_deny_input_ipv6", "bool", "no rule, no way to the device: IPv6"),
        ("firewall.default_deny_forward_ipv4", "bool", "no rule, no way across: IPv4"),
        ("firewall.default_deny_forward_ipv6", "bool", "no rule, no way across: IPv6"),
        ("firewall.any_any_rules", "int", "accepting rules that limit nothing"),
        (
            "firewall.open_ipv4",
            "[service:tcp,udp]",
            "TCP and UDP ports open from the Internet: IPv4",
        ),
        (
            "firewall.open_ipv6",
            "[service:tcp,udp]",
            "TCP and UDP ports open from the Internet: IPv6",
        ),
        (
            "firewall.beyond_admins_ipv4",
            "[service:tcp,udp]",
            "TCP and UDP ports it offers to others than administrators: IPv4",
        ),
        (
            "firewall.beyond_admins_ipv6",
            "[service:tcp,udp]",
            "TCP and UDP ports it offers to others than administrators: IPv6",
        ),
        (
            "firewall.only_ipv6",
            "[service:tcp,udp]",
            "TCP and UDP ports open from the Internet over IPv6 but not over IPv4",
        ),
        (
            "firewall.icmpv6_missing",
            "[service:icmpv6/1-4]",
            "ICMPv6 that must pass and does not (RFC 4890)",
        ),
        (
            "firewall.icmpv6_unwanted",
            "[service:icmpv6/100,icmpv6/138-140]",
            "ICMPv6 that must not pass and does (RFC 4890)",
        ),
        ("firewall.shadowed_rules", "int", "rules no packet can reach"),
        ("firewall.redundant_rules", "int", "rules without which nothing changes"),
        ("firewall.never_matching_rules", "int", "rules whose parts exclude each other"),
        ("firewall.undefined_objects", "int", "names in the ruleset that nothing defines"),
        ("firewall.undescribed_rules", "int", "deciding rules without a description"),
        ("firewall.unknown_share", "number", "share of the rules outside the model, 0 to 1"),
        ("firewall.rules", "int", "rules read"),
    )
    + _facts(
        "host",
        ("role", "enum:server,workstation,appliance!", "what the machine is used as"),
        ("systems", "[ref:system]", "systems that run on it"),
        ("networks", "[ref:network]", "networks it is on"),
        ("os.supported_until", "date", "day the operating system's security support ends"),
        ("antivirus.product", "text", "product as it names itself"),
        ("antivirus.installed", "bool", "an antivirus product is installed"),
        ("antivirus.running", "bool", "its service runs"),
        ("antivirus.realtime", "bool", "scans files as they are used"),
        ("antivirus.version", "text", "version as it names itself"),
        ("antivirus.signatures_loaded", "bool", "has signatures to compare with"),
        ("antivirus.mode", "enum:normal,passive,edr_block", "whether it acts on what it finds"),
        ("antivirus.signatures_updated", "date", "day the signatures in use were built"),
        ("antivirus.signatures_age", "duration", "age of the signatures when they were read"),
        ("antivirus.central", "bool", "managed from a central console"),
        ("antivirus.edr", "bool", "endpoint detection and response linked to the SIEM"),
        ("antivirus.autorun_off", "bool", "removable media do not start by themselves"),
        ("antivirus.licence_until", "date", "last day of the licence"),
        ("antivirus.tamper_protection", "bool", "its settings are guarded"),
        ("antivirus.last_scan", "date", "day of the last full scan"),
    )
    + _facts(
        "endpoint",
        ("type", "enum:portal,public_service,api,mail,dns,vpn,other!", "what is offered"),
        ("host_name", "text", "name people connect to"),
        ("url", "text", "address of the page"),
        ("systems", "[ref:system]", "systems it is the front of"),
        ("ipv6.aaaa", "bool", "the name has an IPv6 address"),
        ("ipv6.reachable", "bool", "answers over IPv6"),
        ("ipv6.same_content", "bool", "gives the same over IPv6 as over IPv4"),
        ("dnssec.signed", "bool", "its zone is signed"),
    )
    + _facts(
        "fleet",
        ("workstations.total", "int", "workstations in use"),
        (
            "workstations.protected",
            "int",
            "workstations with licensed antivirus, on and up to date",
        ),
        ("workstations.central", "int", "workstations managed from the central antivirus console"),
        ("workstations.edr", "int", "workstations with endpoint detection and response"),
        ("workstations.ipv6", "int", "workstations that reach the Internet over IPv6"),
        ("lans.total", "int", "local networks"),
        ("lans.firewalled", "int", "local networks behind a firewall"),
        ("lans.ips", "int", "local networks with intrusion prevention"),
    )
    # -- what is true of the authority as a whole, and what its reports count ------------------------
    + _facts(
        "authority",
        (
            "layers.monitoring.in_place",
            "bool",
            "a professional organisation monitors and protects the systems",
        ),
        ("layers.monitoring.provider", "ref:organization", "organisation that monitors"),
        (
            "layers.assessment.provider",
            "ref:organization",
            "organisation that assesses independently",
        ),
        ("layers.assessment.last", "date", "day of the last independent assessment"),
        (
            "layers.connection.in_place",
            "bool",
            "connected to the national monitoring system and sharing with it",
        ),
        ("soc.operating", "bool", "a provincial SOC is in operation"),
        ("incident_team.established", "bool", "an incident response team is set up"),
        ("incident_team.members", "int", "specialists in the incident response team"),
        ("incident_team.drill", "date", "day of the last drill of the incident response team"),
        (
            "budget.it",
            "int",
            "budget for information technology and digital transformation",
            "million dong",
        ),
        ("budget.security", "int", "part of it for information security", "million dong"),
        ("budget.security_share", "share", "share of it for information security"),
        ("inspection_programme.yearly", "bool", "state agencies' security is inspected every year"),
        ("inspection_programme.last", "date", "day of the last inspection of the programme"),
        ("backup.devices", "bool", "storage devices for backups (NAS) are provided"),
        ("software.licensed", "bool", "licensed software is provided"),
        ("software.machines", "int", "machines counted for licences"),
        ("software.machines_licensed", "int", "machines with licensed software only"),
        ("software.licensed_share", "share", "share of machines with licensed software only"),
        ("software.applications", "count", "different applications in use"),
        ("staff.it_fulltime", "int", "full-time information technology staff"),
        ("staff.it_total", "int", "full-time and part-time information technology staff"),
        (
            "staff.it_qualified",
            "int",
            "staff with a college degree or more in information technology",
        ),
        ("staff.it_masters", "int", "of these, with a master's degree"),
        ("staff.machines_per_person", "number", "computers for each member of staff"),
        (
            "staff.machines_per_person_national",
            "number",
            "computers for each member of staff on national average",
        ),
        ("training.plan_yearly", "bool", "a training plan is issued every year"),
        ("training.programme", "text", "what the courses were about"),
        ("signatures.documents_issued", "int", "documents issued electronically"),
        ("signatures.documents_signed", "int", "of these, with a digital signature"),
        (
            "signatures.documents_share",
            "share",
            "share of documents issued with a digital signature",
        ),
        (
            "signatures.tiers",
            "[enum:province,district,commune]",
            "levels at which organisations and people have digital signatures",
        ),
        ("connectivity.agencies", "int", "state agencies"),
        ("connectivity.lan", "int", "of these, with a local network"),
        ("connectivity.lan_share", "share", "share with a local network"),
        ("connectivity.internet", "int", "of these, on the Internet"),
        ("connectivity.internet_share", "share", "share on the Internet"),
        ("connectivity.dedicated", "int", "of these, on the dedicated network of party and state"),
        (
            "connectivity.dedicated_share",
            "share",
            "share on the dedicated network of party and state",
        ),
        (
            "connectivity.dedicated_tiers",
            "[enum:province,district,commune]",
            "levels the dedicated network reaches",
        ),
        ("connectivity.wan_units", "int", "units on the wide area network"),
        (
            "connectivity.commune_centres_share",
            "share",
            "share of commune centres reached by optical fibre",
        ),
        ("connectivity.hamlets_share", "share", "share of hamlets covered by mobile broadband"),
        (
            "connectivity.enterprises_share",
            "share",
            "share of industrial zones, enterprises, schools and hospitals on the Internet",
        ),
        ("telecom.mobile_subscriptions", "int", "mobile telephone subscriptions"),
        ("telecom.fixed_subscriptions", "int", "fixed broadband subscriptions"),
        ("telecom.adults_smartphone_share", "share", "share of adults with a smartphone"),
        (
            "telecom.subscriptions_smartphone_share",
            "share",
            "share of subscriptions with a smartphone",
        ),
        ("telecom.households_fixed_share", "share", "share of households with fixed broadband"),
        ("units.agencies", "int", "agencies directly under the provincial people's committee"),
        ("units.districts", "int", "districts, towns and cities"),
        ("units.communes", "int", "communes, wards and townships"),
        ("digital_teams.teams", "int", "community digital technology teams"),
        ("digital_teams.members", "int", "members of the community digital technology teams"),
        ("mail.boxes", "count", "official mail boxes"),
        (
            "farmers_access.communes",
            "int",
            "communes given computers and Internet access for farmers",
        ),
    )
    + _facts(
        "authority",
        ("open_data.agencies", "int", "state agencies that should publish open data"),
        ("open_data.providing", "int", "of these, that do"),
        ("complete_egovernment.agencies", "int", "provincial agencies"),
        ("complete_egovernment.complete", "int", "of these, with complete e-government"),
        (
            "complete_egovernment.units",
            "[ref:organization]",
            "the agencies with complete e-government",
        ),
        (
            "data_platform.districts",
            "int",
            "districts, towns and cities that should use the data platform",
        ),
        ("data_platform.using", "int", "of these, that try it out"),
        ("ndxp.connected", "int", "data services connected to the national data sharing platform"),
        ("ndxp.services", "int", "data services the criterion counts"),
        ("ndxp.recognised", "int", "of these, recognised as in official use"),
        ("ndxp.idle", "int", "connected, but without regular transactions"),
        ("ndxp.services_recognised", "[text]", "data services with regular transactions"),
        ("ndxp.services_idle", "[text]", "data services without regular transactions"),
        ("ndxp.why", "text", "why points were lost"),
        ("par.index_share", "share", "public administration reform index"),
        ("par.rank", "int", "place of the province in that index"),
        ("par.rank_before", "int", "its place the year before"),
        ("par.rank_change", "int", "places lost on the year before"),
        ("par.provinces", "int", "provinces ranked"),
        ("par.group", "int", "provinces in the same group"),
        ("par.egovernment.points", "number", "points of the field of e-government"),
        ("par.egovernment.points_before", "number", "its points the year before"),
        ("par.egovernment.rank", "int", "place in that field"),
        ("par.egovernment.rank_before", "int", "its place the year before"),
        (
            "par.cloud.points",
            "number",
            "points of criterion 7.1.2, data centre on cloud technology",
        ),
        ("par.cloud.why", "text", "why points were lost"),
        (
            "par.portal.points",
            "number",
            "points of criterion 7.3.2, quality of the portal's information",
        ),
        ("par.portal.why", "text", "why points were lost"),
        ("par.ranks.y2013", "int", "place in the reform index of 2013"),
        ("par.ranks.y2014", "int", "place in the reform index of 2014"),
        ("par.ranks.y2015", "int", "place in the reform index of 2015"),
        ("pci.provinces", "int", "provinces ranked in the competitiveness index"),
        ("pci.ranks.y2013", "int", "place in the competitiveness index of 2013"),
        ("pci.ranks.y2014", "int", "place in the competitiveness index of 2014"),
        ("pci.ranks.y2015", "int", "place in the competitiveness index of 2015"),
        ("pci.ranks.y2016", "int", "place in the competitiveness index of 2016"),
        ("ict.provinces", "int", "provinces ranked in the ICT index"),
        ("ict.ranks.y2014", "int", "place in the ICT index of 2014"),
        ("ict.ranks.y2015", "int", "place in the ICT index of 2015"),
        ("ict.ranks.y2016", "int", "place in the ICT index of 2016"),
        ("egovernment.stage", "int", "stage of e-government reached"),
        ("egovernment.stages", "int", "stages of e-government counted"),
        ("egovernment.phases", "int", "phases the e-government architecture is carried out in"),
        (
            "emc.connected",
            "bool",
            "the portal is connected to the system that measures public services (Tracking EMC)",
        ),
        (
            "lgsp.operating",
            "bool",
            "the provincial integration platform (LGSP) is in operation and connected to NDXP",
        ),
        ("lris.connected", "bool", "the reporting system (LRIS) is connected to the government's"),
        ("lris.indicators", "int", "social and economic indicators reported every month"),
        ("lris.online_share", "share", "share of reports made online"),
        ("documents.agencies", "int", "agencies that should exchange documents electronically"),
        ("documents.connected", "int", "of these, connected to the document system"),
        (
            "documents.connected_share",
            "share",
            "share of agencies connected to the document system",
        ),
        (
            "documents.circulating_share",
            "share",
            "share of units that pass documents on through the document system",
        ),
        (
            "documents.received_share",
            "share",
            "share of incoming documents processed in the document system",
        ),
        (
            "documents.issued_share",
            "share",
            "share of outgoing documents submitted and issued in the document system",
        ),
        (
            "documents.between_share",
            "share",
            "share of documents between agencies exchanged wholly electronically",
        ),
        (
            "documents.within_share",
            "share",
            "share of documents within agencies exchanged electronically and on paper",
        ),
        (
            "documents.outside_share",
            "share",
            "share of documents with outside bodies exchanged electronically",
        ),
        ("files.province_share", "share", "share of work files handled online at the province"),
        ("files.district_share", "share", "share of work files handled online at the districts"),
        ("files.commune_share", "share", "share of work files handled online at the communes"),
        (
            "one_stop.departments",
            "int",
            "departments that should have an electronic one-stop office",
        ),
        ("one_stop.departments_equipped", "int", "of these, that have one"),
        (
            "one_stop.districts",
            "int",
            "districts and towns that should have an electronic one-stop office",
        ),
        ("one_stop.districts_equipped", "int", "of these, that have one"),
        ("one_stop.communes_trial", "int", "communes that try it out"),
        (
            "one_stop.departments_postal",
            "int",
            "departments whose counter the post office tries out",
        ),
        ("one_stop.districts_postal", "int", "districts whose counter the post office tries out"),
        (
            "one_stop.departments_surveyed",
            "int",
            "departments whose users' satisfaction was measured",
        ),
        ("one_stop.ratings", "int", "times people are asked to rate one settled procedure"),
        (
            "services.procedure_tiers",
            "[enum:province,district,commune]",
            "levels whose procedures the portal publishes in full",
        ),
        ("services.level_3", "int", "online public services of level 3"),
        ("services.level_4", "int", "online public services of level 4"),
        ("services.online", "int", "online public services, in part or in full"),
        (
            "services.integrated_share",
            "share",
            "share of them on the national public service portal",
        ),
        ("services.on_time_share", "share", "share of files settled on time or before"),
        ("services.online_files_share", "share", "share of files submitted wholly online"),
        ("services.paid_online_share", "share", "share of payments made online"),
        (
            "services.payable_share",
            "share",
            "share of procedures with a fee offered on the national portal",
        ),
        ("digitised.offices_share", "share", "share of one-stop offices that digitise files"),
        ("digitised.share", "share", "share of results digitised"),
        ("digitised.province_share", "share", "share of results digitised at the province"),
        ("digitised.district_share", "share", "share of results digitised at the districts"),
        ("digitised.commune_share", "share", "share of results digitised at the communes"),
        ("video.points", "count", "places that can join a video conference"),
    )
    + _facts(
        "organization",
        ("staff.it_fulltime", "int", "full-time information technology staff"),
        ("staff.it_security", "int", "of these, in charge of information security"),
        ("training.last", "date", "day of the last training in information security"),
        ("leadership.directors", "int", "directors"),
        ("leadership.deputies", "int", "deputy directors"),
        ("divisions", "int", "specialised divisions"),
        ("training.due", "int", "staff who should be trained"),
        ("training.trained", "int", "of these, trained within the last year"),
    )
    + _facts(
        "site",
        ("type", "enum:data_centre,server_room,cloud,other!", "kind of hosting site"),
        ("systems", "[ref:system]", "systems that run there"),
        ("second_of", "ref:site", "site it stands in for"),
        ("distance", "number", "distance to that site", "km"),
    )
    + _facts(
        "system",
        ("backup.offsite", "bool", "a copy is kept elsewhere"),
        ("backup.restore_tested", "date", "day a restore was last tested"),
        ("remote_access.allowed", "bool", "staff may come in from outside"),
        ("remote_access.vpn", "bool", "only through a VPN"),
        ("remote_access.authenticated", "bool", "and only when they authenticate"),
        ("remote_access.mfa", "bool", "with more than one factor"),
        ("drill.last", "date", "day of the last live-fire drill on it"),
    )
    + _facts(
        "firewall",
        ("remote_access.vpn", "bool", "remote access ends on it as a VPN"),
    )
    + _facts(
        "fleet",
        (
            "workstations.protected_share",
            "share",
            "share of workstations with licensed antivirus, on and up to date",
        ),
        ("lans.firewalled_share", "share", "share of local networks behind a firewall"),
        ("lans.ips_share", "share", "share of local networks with intrusion prevention"),
        (
            "lans.ips_installed",
            "bool",
            "the local networks have systems that detect and block unlawful access",
        ),
        ("lans.data_safety_share", "share", "share of local networks with a data-safety system"),
    )
)
# fmt: on


GROUPS = {
    "authority": "whose inventory it is",
    "name": "name in each language",
    "valid": "when the asset exists",
    "ipv6_plan": "the IPv6 plan it issued",
    "operation": "its operation",
    "criteria": "what decides its level",
    "dossier": "its level dossier",
    "dossier.decision": "the approving decision",
    "regulation": "its security regulation (quy chế)",
    "implementation": "the approved protection plan, put in place",
    "inspection": "its inspections",
    "risk": "assessment of its risk",
    "new_conditions": "conditions of the new law",
    "monitoring": "watch over it",
    "backup": "its backups",
    "ipv6": "IPv6 on it",
    "firewall": "packet filter",
    "os": "operating system",
    "antivirus": "protection against malware",
    "clock": "its clock",
    "upkeep": "how it is kept",
    "ssh": "how it is asked over SSH; ssh_config and defaults hold for what is not given",
    "listens": "services open to others",
    "dnssec": "signatures of its zone",
    "workstations": "workstations counted",
    "lans": "local networks counted",
    "layers": "the four layers of protection",
    "layers.monitoring": "layer 2, professional monitoring",
    "layers.assessment": "layer 3, independent assessment",
    "layers.connection": "layer 4, national connection",
    "soc": "the provincial SOC",
    "incident_team": "the incident response team",
    "budget": "the budget",
    "inspection_programme": "yearly inspection of the agencies",
    "software": "software licences",
    "staff": "staff",
    "training": "training",
    "signatures": "digital signatures",
    "connectivity": "networks that reach the agencies",
    "telecom": "telecommunications of the province",
    "units": "administrative units",
    "digital_teams": "community digital technology teams",
    "mail": "official mail",
    "farmers_access": "Internet access for farmers",
    "open_data": "open data",
    "complete_egovernment": "agencies with complete e-government",
    "data_platform": "the data platform",
    "ndxp": "data services of the national data sharing platform",
    "par": "public administration reform index",
    "par.egovernment": "its field of e-government",
    "par.cloud": "its criterion 7.1.2",
    "par.portal": "its criterion 7.3.2",
    "par.ranks": "places by year",
    "pci": "competitiveness index",
    "pci.ranks": "places by year",
    "ict": "ICT index",
    "ict.ranks": "places by year",
    "egovernment": "e-government as a whole",
    "emc": "system that measures public services",
    "lgsp": "integration platform",
    "lris": "reporting system",
    "documents": "document system and exchange",
    "files": "work files",
    "one_stop": "one-stop offices",
    "services": "online public services",
    "digitised": "digitised files and results",
    "video": "video conferences",
    "leadership": "who leads it",
    "remote_access": "how staff come in from outside",
    "drill": "drills",
}
"""What the facts below a name have in common; a key with no value of its own."""


def _by_kind() -> dict[str, dict[str, Fact]]:
    kinds: dict[str, dict[str, Fact]] = {}
    for fact in _ALL:
        for kind in fact.kinds:
            table = kinds.setdefault(kind, {})
            if fact.name in table:
                raise AssertionError(f"two entries for {fact.name} of {kind}")
            table[fact.name] = fact
    return kinds


_BY_KIND = _by_kind()
FACTS = {(kind, name): fact for kind, table in _BY_KIND.items() for name, fact in table.items()}
"""The catalogue: (kind, fact name) -> fact. The kind `authority` holds what is said once."""

RULESET = frozenset(
    f"firewall.{name}"
    for name in (
        *(f"default_deny_{way}_ipv{family}" for way in ("input", "forward") for family in (4, 6)),
        *(f"{name}_ipv{family}" for name in ("open", "beyond_admins") for family in (4, 6)),
        *("only_ipv6", "icmpv6_missing", "icmpv6_unwanted", "any_any_rules", "shadowed_rules"),
        *("redundant_rules", "never_matching_rules", "undefined_objects", "undescribed_rules"),
        *("unknown_share", "rules"),
    )
)
"""Facts that only a ruleset shows."""

STATEMENT = ("source", "illustrative")
"""Keys that any mapping may carry beside facts: who says so, and that it is made up."""


def of_kind(kind: str) -> dict[str, Fact]:
    """Return the facts an asset of `kind` can have, by name."""
    return _BY_KIND.get(kind, {})


def lookup(kind: str, name: str) -> Fact | None:
    """Return the fact a condition on `kind` names; `authority.x` is the authority's fact x."""
    if name.startswith("authority."):
        return FACTS.get(("authority", name.removeprefix("authority.")))
    return FACTS.get((kind, name))
