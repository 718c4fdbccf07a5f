"""What reports call the figures that an inventory states: the catalogue's facts in a manager's words."""

from __future__ import annotations

from soccheck.i18n import Language


def titles(language: Language) -> dict[str, str]:
    """Return the title of every fact that is a figure, or a yes or no of the authority."""
    return {
        "layers.monitoring.in_place": language("Layer 2: professional monitoring in place"),
        "layers.connection.in_place": language("Layer 4: national connection in place"),
        "soc.operating": language("Provincial SOC in operation"),
        "incident_team.established": language("Incident response team set up"),
        "incident_team.members": language("Members of the incident response team"),
        "budget.it": language("Budget for IT and digital transformation, million dong"),
        "budget.security": language("Budget for information security, million dong"),
        "budget.security_share": language("Share of the IT budget for information security"),
        "inspection_programme.yearly": language("Agencies' security inspected every year"),
        "backup.devices": language("Storage devices for backups (NAS)"),
        "software.licensed": language("Licensed software provided"),
        "software.machines": language("Machines counted for licences"),
        "software.machines_licensed": language("Machines with licensed software only"),
        "software.licensed_share": language("Share of machines with licensed software only"),
        "software.applications": language("Different applications in use"),
        "staff.it_fulltime": language("Full-time IT staff"),
        "staff.it_total": language("Full-time and part-time IT staff"),
        "staff.it_qualified": language("Staff with a college degree or more in IT"),
        "staff.it_masters": language("Staff with a master's degree in IT"),
        "staff.machines_per_person": language("Computers for each member of staff"),
        "staff.machines_per_person_national": language(
            "Computers for each member of staff, national average"
        ),
        "training.plan_yearly": language("Training plan issued every year"),
        "signatures.documents_issued": language("Documents issued electronically"),
        "signatures.documents_signed": language("Documents issued with a digital signature"),
        "signatures.documents_share": language(
            "Share of issued documents with a digital signature"
        ),
        "connectivity.agencies": language("State agencies"),
        "connectivity.lan": language("Agencies with a local network"),
        "connectivity.lan_share": language("Share of agencies with a local network"),
        "connectivity.internet": language("Agencies on the Internet"),
        "connectivity.internet_share": language("Share of agencies on the Internet"),
        "connectivity.dedicated": language("Agencies on the dedicated state network"),
        "connectivity.dedicated_share": language(
            "Share of agencies on the dedicated state network"
        ),
        "connectivity.wan_units": language("Units on the wide area network"),
        "connectivity.commune_centres_share": language(
            "Share of commune centres reached by optical fibre"
        ),
        "connectivity.hamlets_share": language("Share of hamlets covered by mobile broadband"),
        "connectivity.enterprises_share": language(
            "Share of industrial zones, enterprises, schools and hospitals on the Internet"
        ),
        "telecom.mobile_subscriptions": language("Mobile telephone subscriptions"),
        "telecom.fixed_subscriptions": language("Fixed broadband subscriptions"),
        "telecom.adults_smartphone_share": language("Share of adults with a smartphone"),
        "telecom.subscriptions_smartphone_share": language(
            "Share of subscriptions with a smartphone"
        ),
        "telecom.households_fixed_share": language("Share of households with fixed broadband"),
        "units.agencies": language("Agencies of the provincial people's committee"),
        "units.districts": language("Districts, towns and cities"),
        "units.communes": language("Communes, wards and townships"),
        "digital_teams.teams": language("Community digital technology teams"),
        "digital_teams.members": language("Members of community digital technology teams"),
        "mail.boxes": language("Official mail boxes"),
        "farmers_access.communes": language("Communes with free Internet access for farmers"),
        "open_data.agencies": language("Agencies that should publish open data"),
        "open_data.providing": language("Agencies that publish open data"),
        "complete_egovernment.agencies": language("Provincial agencies"),
        "complete_egovernment.complete": language("Agencies with complete e-government"),
        "data_platform.districts": language("Districts that should use the data platform"),
        "data_platform.using": language("Districts that try out the data platform"),
        "ndxp.connected": language("Data services connected to NDXP"),
        "ndxp.services": language("Data services on NDXP that are counted"),
        "ndxp.recognised": language("Data services in official use"),
        "ndxp.idle": language("Data services without regular transactions"),
        "par.index_share": language("Public administration reform index (PAR INDEX)"),
        "par.rank": language("Place in the PAR INDEX"),
        "par.rank_before": language("Place in the PAR INDEX the year before"),
        "par.rank_change": language("Places lost in the PAR INDEX"),
        "par.provinces": language("Provinces ranked in the PAR INDEX"),
        "par.group": language("Provinces in the same PAR INDEX group"),
        "par.egovernment.points": language("PAR INDEX points for e-government"),
        "par.egovernment.points_before": language(
            "PAR INDEX points for e-government the year before"
        ),
        "par.egovernment.rank": language("Place in the field of e-government"),
        "par.egovernment.rank_before": language(
            "Place in the field of e-government the year before"
        ),
        "par.cloud.points": language("Points of criterion 7.1.2, data centre"),
        "par.portal.points": language("Points of criterion 7.3.2, portal"),
        "par.ranks.y2013": language("Place in the PAR INDEX of 2013"),
        "par.ranks.y2014": language("Place in the PAR INDEX of 2014"),
        "par.ranks.y2015": language("Place in the PAR INDEX of 2015"),
        "pci.provinces": language("Provinces ranked in the competitiveness index (PCI)"),
        "pci.ranks.y2013": language("Place in the PCI of 2013"),
        "pci.ranks.y2014": language("Place in the PCI of 2014"),
        "pci.ranks.y2015": language("Place in the PCI of 2015"),
        "pci.ranks.y2016": language("Place in the PCI of 2016"),
        "ict.provinces": language("Provinces ranked in the ICT Index"),
        "ict.ranks.y2014": language("Place in the ICT Index of 2014"),
        "ict.ranks.y2015": language("Place in the ICT Index of 2015"),
        "ict.ranks.y2016": language("Place in the ICT Index of 2016"),
        "egovernment.stage": language("Stage of e-government reached"),
        "egovernment.stages": language("Stages of e-government"),
        "egovernment.phases": language("Phases of building the e-government architecture"),
        "emc.connected": language("Portal connected to Tracking EMC"),
        "lgsp.operating": language("Integration platform (LGSP) connected to NDXP"),
        "lris.connected": language("Reporting system (LRIS) connected to the government's"),
        "lris.indicators": language("Indicators reported every month"),
        "lris.online_share": language("Share of reports made online"),
        "documents.agencies": language("Agencies that should exchange documents electronically"),
        "documents.connected": language("Agencies connected to the document system"),
        "documents.connected_share": language("Share of agencies connected to the document system"),
        "documents.circulating_share": language(
            "Share of units that pass documents on electronically"
        ),
        "documents.received_share": language(
            "Share of incoming documents processed electronically"
        ),
        "documents.issued_share": language("Share of outgoing documents issued electronically"),
        "documents.between_share": language(
            "Share of documents between agencies wholly electronic"
        ),
        "documents.within_share": language(
            "Share of documents within agencies electronic and on paper"
        ),
        "documents.outside_share": language("Share of documents with outside bodies electronic"),
        "files.province_share": language("Share of work files handled online, province"),
        "files.district_share": language("Share of work files handled online, districts"),
        "files.commune_share": language("Share of work files handled online, communes"),
        "one_stop.departments": language(
            "Departments that should have an electronic one-stop office"
        ),
        "one_stop.departments_equipped": language("Departments with an electronic one-stop office"),
        "one_stop.districts": language("Districts that should have an electronic one-stop office"),
        "one_stop.districts_equipped": language("Districts with an electronic one-stop office"),
        "one_stop.communes_trial": language("Communes that try out an electronic one-stop office"),
        "one_stop.departments_postal": language("Departments with the post office's trial counter"),
        "one_stop.districts_postal": language("Districts with the post office's trial counter"),
        "one_stop.departments_surveyed": language(
            "Departments whose users' satisfaction was measured"
        ),
        "one_stop.ratings": language("Times people are asked to rate a settled procedure"),
        "services.level_3": language("Online public services of level 3"),
        "services.level_4": language("Online public services of level 4"),
        "services.online": language("Online public services, in part or in full"),
        "services.integrated_share": language("Share of online services on the national portal"),
        "services.on_time_share": language("Share of files settled on time or before"),
        "services.online_files_share": language("Share of files submitted wholly online"),
        "services.paid_online_share": language("Share of payments made online"),
        "services.payable_share": language("Share of procedures with a fee on the national portal"),
        "digitised.offices_share": language("Share of one-stop offices that digitise files"),
        "digitised.share": language("Share of results digitised"),
        "digitised.province_share": language("Share of results digitised, province"),
        "digitised.district_share": language("Share of results digitised, districts"),
        "digitised.commune_share": language("Share of results digitised, communes"),
        "video.points": language("Places that can join a video conference"),
        "staff.it_security": language("Staff in charge of information security"),
        "leadership.directors": language("Directors"),
        "leadership.deputies": language("Deputy directors"),
        "divisions": language("Specialised divisions"),
        "training.due": language("Staff who should be trained"),
        "training.trained": language("Staff trained within the last year"),
        "workstations.total": language("Workstations in use"),
        "workstations.protected": language(
            "Workstations with licensed antivirus on and up to date"
        ),
        "workstations.central": language("Workstations managed from the antivirus console"),
        "workstations.edr": language("Workstations with endpoint detection and response"),
        "workstations.ipv6": language("Workstations that reach the Internet over IPv6"),
        "lans.total": language("Local networks"),
        "lans.firewalled": language("Local networks behind a firewall"),
        "lans.ips": language("Local networks with intrusion prevention"),
        "workstations.protected_share": language(
            "Share of workstations with licensed antivirus on and up to date"
        ),
        "lans.firewalled_share": language("Share of local networks behind a firewall"),
        "lans.ips_share": language("Share of local networks with intrusion prevention"),
        "lans.data_safety_share": language("Share of local networks with a data-safety system"),
    }
