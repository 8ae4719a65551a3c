"""What changed in what a source reports: money at stake, where, and how its numbers are spread."""

import marimo

app = marimo.App(width="full", app_title="Drift", css_file="notebooks.css")

with app.setup:
    import os
    from pathlib import Path

    import marimo as mo

    from pipeline.flow import metadata_drift, notebooks
    from pipeline.report import charts_drift, charts_spread, notebook, tables, told
    from pipeline.settings import load


@app.cell
def _():
    home = Path(os.environ.get("ROYALTY_HOME", "data"))
    lake = notebooks.opened(home)
    mo.stop(lake is None, mo.md(told.no_lake(home)))
    choices = lake.frame("drift_choices")
    mo.stop(choices.is_empty(), mo.md(told.no_lines(home)))
    source = mo.ui.dropdown(told.sources(choices), allow_select_none=False, label="source")
    mo.vstack([mo.md("# What changed"), source])
    return choices, lake, source


@app.cell
def _(choices, lake, source):
    own = told.of_source(choices, source.value)
    periods = told.periods(own)
    columns = told.columns(lake.frame("drift_columns", source=source.value))
    one = {"allow_select_none": False, "searchable": True}
    month = mo.ui.slider(
        steps=list(range(len(periods))), value=len(periods) - 1, show_value=False, label="period"
    )
    chosen = mo.ui.dictionary(
        {
            "currency": mo.ui.dropdown(told.currencies(own), label="currency", **one),
            "service": mo.ui.dropdown(
                told.all_of(own["service"], "services"), label="service", **one
            ),
            "number": mo.ui.dropdown(told.swapped(charts_spread.NAMES), label="number", **one),
            "column": mo.ui.dropdown(columns, label="column", **one),
        }
    )
    return chosen, month, periods


@app.cell
def _(chosen, lake, month, periods, source):
    seen = lake.seen(
        source.value, chosen.value["currency"], periods[month.value], chosen.value["service"]
    )
    frames = lake.drift(seen, chosen.value["column"], chosen.value["number"])
    mo.vstack(
        [
            mo.hstack([month, mo.md(f"**{told.period(seen)}**")], justify="start", gap=1),
            notebook.choices(*chosen.elements.values()),
            mo.Html(told.drift(frames["findings"], seen)),
        ]
    )
    return frames, seen


@app.cell
def _(chosen, frames, seen):
    notebook.side_by_side(
        charts_drift.money(frames["drift_periods"], seen),
        charts_drift.changes(frames["drift_services"], seen, "service"),
        charts_spread.by_service(frames["drift_by_service"], seen, chosen.value["number"]),
        charts_spread.spreads(frames["drift_buckets"], seen),
        charts_drift.changes(frames["drift_territories"], seen, "territory"),
        charts_drift.nulls(frames["drift_nulls"], seen),
        charts_drift.vocabulary(frames["drift_values"], seen, chosen.value["column"]),
    )


@app.cell
def _(lake, seen):
    asked = metadata_drift.Asked(source=seen.source, period=seen.period)
    metadata = metadata_drift.metadata_drift(lake.home, load(lake.home), asked)
    return (metadata,)


@app.cell
def _(frames, metadata, seen):
    money = {"currency": seen.currency}
    by_isrc = ("isrc", "service", "field", "since", "before", "after", "title", "artist")
    notebook.tabs(
        {
            "Changes": tables.findings(frames["findings"]),
            "Layouts": tables.layouts(frames["layouts"]),
            "Metadata": tables.with_money(metadata.patterns, "said", "isrcs"),
            "ISRCs": tables.with_money(metadata.changes, *by_isrc),
            "Services": tables.shown(frames["drift_services"], **money),
            "Territories": tables.shown(frames["drift_territories"], **money),
            "Blanks": tables.shown(frames["drift_nulls"]),
            "Values": tables.shown(frames["drift_values"], **money),
        }
    )


if __name__ == "__main__":
    app.run()
