"""Facts of assets of every kind, or of nearly every: names, life, who answers for them."""

from __future__ import annotations

from soccheck.facts.fact import fact

# fmt: off
FACTS = (
    fact("authority *", "name.vi", "text", "name in Vietnamese"),
    fact("authority *", "name.en", "text", "name in English"),
    fact("authority *", "note", "text", "remark for the reader; never judged"),
    fact("*", "valid.from", "date", "first day the asset exists"),
    fact("*", "valid.to", "date", "last day the asset exists; it is not assessed afterwards"),
    fact("*", "formerly", "[text]", "ids the asset had before it was renamed; what became of them is compared as of the same asset"),
    fact("*", "tags", "[text]", "free labels to select by"),
    fact("authority *", "plans", "[records]", "when what it does not meet will be met"),
    fact("authority *", "plans.control", "text!", "id of the control that it does not meet"),
    fact("authority *", "plans.expected", "date!", "day by which it will be met"),
    fact("authority *", "plans.organization", "ref:organization", "who sees to it"),
    fact("authority *", "plans.note", "text", "how it will be met"),
    fact("site system network host firewall endpoint fleet", "organization", "ref:organization!", "organisation that answers for the asset"),
)
