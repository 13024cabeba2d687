"""The check of backups as a page for a person: one file of HTML that needs nothing else, in Bahasa Indonesia."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, StrictUndefined

from laksana.records import BackupVerdict

_TEMPLATE = """\
<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --edge: #8886; --good: #1b7f3b; --bad: #b3261e }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.35rem; line-height: 1.3 }
h2 { font-size: 1.1rem; margin-top: 2rem }
article { border: 1px solid var(--edge); border-left: .4rem solid var(--good); border-radius: .4rem;
  padding: .6rem .9rem; margin: 0 0 .7rem }
article.gagal { border-left-color: var(--bad) }
article h3 { font-size: 1rem; margin: 0 }
article p, article ul { margin: .2rem 0 }
.kecil { opacity: .75; font-size: .9rem }
.gagal strong { color: var(--bad) }
footer { border-top: 1px solid var(--edge); margin-top: 2rem; padding-top: .5rem }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p>Diperiksa {{ at }}. {{ services|length }} layanan:
{% for state, count in counts %}{{ count }} {{ state }}{{ ", " if not loop.last else "." }}{% endfor %}</p>
<h2>Yang diharapkan</h2>
{% for item in demands %}
<article class="{{ 'gagal' if item.failed else 'lulus' }}">
<h3>{{ item.meaning }}</h3>
<p><strong>{{ "Tidak dipenuhi" if item.failed else "Dipenuhi" }}</strong>:
{{ item.looked_at - item.failed|length }} dari {{ item.looked_at }} layanan yang dapat dinilai.
{% if item.failed %}Yang tidak memenuhi dinyatakan <em>{{ item.state }}</em>:{% endif %}</p>
{% if item.failed %}<ul>{% for name in item.failed %}<li>{{ name }}</li>{% endfor %}</ul>{% endif %}
<p class="kecil">{{ item.rule }}</p>
</article>
{% else %}<p>Tidak ada yang diperiksa.</p>
{% endfor %}
<h2>Tiap layanan</h2>
{% for service in services %}
<article class="{{ 'lulus' if service.state == 'segar' else 'gagal' }}">
<h3>{{ service.kind }}/{{ service.name }}: <strong>{{ service.state }}</strong></h3>
<p class="kecil">{% if service.newest_at %}Cadangan terbaru {{ moment(service.newest_at) }},
berumur {{ service.age_days }} hari, {{ service.size }} bita.{% else %}Tidak ada cadangan.{% endif %}</p>
{% if service.reasons %}<ul>{% for reason in service.reasons %}<li>{{ reason }}</li>{% endfor %}</ul>{% endif %}
</article>
{% else %}<p>Tidak ada layanan.</p>
{% endfor %}
<footer class="kecil">Great Expectations {{ version }}, suite {{ suite }}</footer>
</body>
</html>
"""
_STATES = ("segar", "usang", "rusak", "tidak-ada")


@dataclass(frozen=True)
class _Demand:
    """One expectation as the page shows it."""

    meaning: str
    state: str
    rule: str
    looked_at: int
    failed: tuple[str, ...]


def as_page(verdict: BackupVerdict, *, title: str, at: datetime) -> str:
    """Show every expectation, what it means, how many services fulfil it, and which do not and why."""
    states = [service.state for service in verdict.services]
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(_TEMPLATE)
    return template.render(
        title=title,
        at=_words(at),
        services=verdict.services,
        counts=[(state, states.count(state)) for state in _STATES],
        demands=[_demand(result) for result in verdict.validation.get("results", ())],
        moment=lambda text: _words(datetime.fromisoformat(text).astimezone(at.tzinfo)),
        version=verdict.validation.get("meta", {}).get("great_expectations_version", ""),
        suite=verdict.validation.get("suite_name", ""),
    )


def _demand(result: Mapping[str, Any]) -> _Demand:
    """Read one expectation out of Great Expectations' result."""
    config, found = result["expectation_config"], result["result"]
    arguments = {name: value for name, value in config["kwargs"].items() if name not in {"batch_id", "column"}}
    rule = ", ".join([str(config["type"]), config["kwargs"]["column"], *(f"{k}={v}" for k, v in arguments.items())])
    return _Demand(
        meaning=str(config["meta"]["makna"]),
        state=str(config["meta"]["keadaan"]),
        rule=rule,
        looked_at=int(found["element_count"]) - int(found.get("missing_count") or 0),
        failed=tuple(str(entry["layanan"]) for entry in found.get("unexpected_index_list") or ()),
    )


def _words(moment: datetime) -> str:
    """Write a moment as officials do."""
    return f"{moment:%d-%m-%Y %H.%M} {moment.tzname()}"
