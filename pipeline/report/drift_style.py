"""How a mailed report looks, on a light screen, on a dark one and on paper."""

from pipeline.report import charts
from pipeline.vocab import Status

STYLE = f"""
:root {{ color-scheme: light dark; --ink: #1b1f24; --ground: #ffffff; --rule: #d4dae1; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e8eaed; --ground: #181c1a; --rule: #3a4046; }}
}}
body {{
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 {charts.FONT};
}}
main {{ max-width: 1090px; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 0 0 0.6rem; }}
h2 {{ font-size: 1.15rem; margin: 2.2rem 0 0.7rem; }}
p {{ margin: 0.3rem 0; }}
.lead {{ font-size: 1.1rem; }}
.faint, footer {{ opacity: 0.68; }}
footer {{ margin-top: 3rem; font-size: 0.85rem; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th {{ text-align: left; font-weight: 600; font-size: 0.82rem; opacity: 0.68; }}
th, td {{ padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid var(--rule); }}
td {{ vertical-align: top; overflow-wrap: anywhere; }}
th.figure {{ text-align: right; }}
td.figure {{ text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }}
tr.high td:first-child {{
  border-left: 4px solid {charts.COLOURS[Status.QUARANTINED]}; padding-left: 0.6rem;
}}
code {{ font-size: 0.88em; overflow-wrap: anywhere; }}
ul {{ padding-left: 1.2rem; }}
.charts {{ display: flex; flex-wrap: wrap; gap: 1.4rem 1.6rem; align-items: flex-start; }}
figure {{ margin: 0; max-width: 100%; }}
figure svg {{ display: block; max-width: 100%; height: auto; }}
.spark {{ vertical-align: middle; }}
.spark line {{ stroke: currentColor; opacity: 0.25; }}
.spark polyline {{ fill: none; stroke: {charts.NOW}; stroke-width: 1.6; }}
.spark circle {{ fill: {charts.NOW}; }}
@media print {{ main {{ max-width: none; }} figure, tr {{ break-inside: avoid; }} }}
"""
