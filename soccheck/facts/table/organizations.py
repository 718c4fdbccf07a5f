"""Facts of organisations: where they stand, their staff, their training."""

from __future__ import annotations

from soccheck.facts.fact import fact

# fmt: off
FACTS = (
    fact("organization", "code", "text", "stable code of the unit"),
    fact("organization", "type", "enum:committee,department,office,centre,inspectorate,district,commune,ministry,party,enterprise,other!", "kind of unit"),
    fact("organization", "tier", "enum:central,province,district,commune!", "administrative level"),
    fact("organization", "parent", "ref:organization", "unit it belongs to"),
    fact("organization", "predecessors", "[ref:organization]", "units merged into it"),
    fact("organization", "specialist", "ref:organization", "specialised unit for cyber security that it designated, as an owner of systems"),
    fact("organization", "charter.title", "text", "document that lays down its functions, tasks and powers"),
    fact("organization", "charter.number", "text", "number of that document"),
    fact("organization", "charter.date", "date", "day of that document"),
    fact("organization", "charter.issuer", "text", "who issued that document"),
    fact("organization", "representative.name", "text", "name of who heads it"),
    fact("organization", "representative.position", "text", "position of who heads it"),
    fact("organization", "contact.postal_address", "text", "postal address"),
    fact("organization", "contact.telephone", "text", "telephone number"),
    fact("organization", "contact.email", "mail", "mail address"),
    fact("organization", "ipv6_plan.number", "text", "number of the decision that issues the IPv6 plan"),
    fact("organization", "ipv6_plan.date", "date", "day the IPv6 plan was issued"),
    fact("organization", "ipv6_plan.prefix", "prefix", "address block of its own"),
    fact("organization", "staff.it_fulltime", "int", "full-time information technology staff", en="Full-time IT staff", vi="Cán bộ chuyên trách CNTT"),
    fact("organization", "staff.it_security", "int", "of these, in charge of information security", en="Staff in charge of information security", vi="Cán bộ phụ trách an toàn, an ninh mạng"),
    fact("organization", "training.last", "date", "day of the last training in information security"),
    fact("organization", "leadership.directors", "int", "directors", en="Directors", vi="Giám đốc"),
    fact("organization", "leadership.deputies", "int", "deputy directors", en="Deputy directors", vi="Phó Giám đốc"),
    fact("organization", "divisions", "int", "specialised divisions", en="Specialised divisions", vi="Phòng chuyên môn"),
    fact("organization", "training.due", "int", "staff who should be trained", en="Staff who should be trained", vi="Cán bộ cần được đào tạo"),
    fact("organization", "training.trained", "int", "of these, trained within the last year", en="Staff trained within the last year", vi="Cán bộ được đào tạo trong năm qua"),
)
