"""Which programs on a Linux machine may send its logs away, though nobody reads where to.

`monitoring.logs_forwarded` and `monitoring.agent` are never false while one of them runs. What an interpreter
of a language (Java, Python, Ruby, Node.js) runs has the interpreter's name, and is told by its
arguments.
"""

from __future__ import annotations

from soccheck.probes.base import Answers, Ask

_WORDS = (
    "logstash",
    "flume",
    "nifi",
    "fluentd",
    "td-agent",
    "logagent",
    "graylog",
    "awslogs",
    "datadog",
)
WITHIN = Ask(
    name="log-shippers",
    purpose="which log shippers run within Java, Python, Ruby or Node.js, by a word of their arguments",
    # The brackets keep the pattern from finding itself; the words alone are printed, no arguments.
    script="grep -lsxE 'java|python[0-9.]*|ruby[0-9.]*|node|perl' /proc/[0-9]*/comm | while read -r f; do "
    f"tr '\\0' ' ' <\"${{f%comm}}cmdline\" | grep -oE '{'|'.join(_WORDS)}' | head -n 1; done; echo end",
)
_INTERPRETERS = ("java", "node", "perl", "python", "ruby")
_SHIPPERS = frozenset(
    (
        *("filebeat", "fluent-bit", "fluentd", "td-agent", "td-agent-bit", "vector", "nxlog"),
        *("promtail", "alloy", "splunkd", "otelcol", "otelcol-contrib", "logstash", "auditbeat"),
        *("journalbeat", "syslogd", "metalog", "wazuh-logcollec", "ossec-logcollec"),
        *("elastic-agent", "audisp-remote", "grafana-agent", "azuremonitorage", "mdsd", "omsagent"),
        *("amazon-cloudwat", "otelopscol", "google_cloud_op", "cribl", "telegraf"),
        *("newrelic-infra", "bindplane", "calyptia-fluent", "opentelemetry-c", "otelcol-sumo"),
        *("loongcollector", "ilogtail", "logtail", "logdna-agent", "edgedelta", "vlagent", "hekad"),
        *("remote_syslog", "remote_syslog2", "SnareCore", "snaredispatcher", "scsm", "stanza"),
        *("graylog-sidecar", "socklog", "oneagentloganal", "nxlog-processor", "laurel"),
        # System Center asks these for rows of logs: SCX_LogFile of SCXcore
        *("omiserver", "omiengine"),
    )
)
"""Names as the kernel keeps them: 15 characters of a program's."""


def running(answers: Answers, programs: set[str]) -> list[str]:
    """Return the shippers that run, and an interpreter of which it is not told what it runs."""
    found = sorted(programs & _SHIPPERS)
    told = answers[WITHIN.name]
    interpreters = sorted(name for name in programs if name.rstrip("0123456789.") in _INTERPRETERS)
    lines = told.output.splitlines()
    if told.state == "ok" and lines[-1:] == ["end"]:
        return [*found, *sorted({*lines[:-1]})]
    return [*found, *interpreters]
