"""A quarter at a glance: does it add up, who reported what, what earned, what is held and why."""

import marimo

app = marimo.App(width="full", app_title="Quarter", css_file="notebooks.css")

with app.setup:
    import os
    from pathlib import Path

    import marimo as mo

    from pipeline.flow import notebooks
    from pipeline.report import charts_money, charts_ranked, notebook, tables, told


@app.cell
def _():
    home = Path(os.environ.get("ROYALTY_HOME", "data"))
    lake = notebooks.opened(home)
    mo.stop(lake is None, mo.md(told.no_lake(home)))
    quarter = mo.ui.dropdown(lake.quarters(), allow_select_none=False, label="quarter")
    mo.vstack([mo.md("# The quarter at a glance"), quarter])
    return lake, quarter


@app.cell
def _(lake, quarter):
    periods = {"periods": quarter.value}
    currencies = lake.frame("currencies", **periods)
    deliveries = lake.frame("deliveries", **periods)
    mo.stop(currencies.is_empty(), mo.md(told.no_lines(lake.home)))
    currency = mo.ui.dropdown(
        told.currencies(currencies), allow_select_none=False, searchable=True, label="currency"
    )
    mo.vstack([mo.md(told.glance(currencies, deliveries)), currency], gap=1)
    return currencies, currency, deliveries, periods


@app.cell
def _(currency, lake, periods):
    frames = {
        name: lake.frame(name, **periods, currency=currency.value, service=None, largest=1000)
        for name in ("waterfall", "services", "territories", "earners", "reasons")
    }
    return (frames,)


@app.cell
def _(currency, frames, quarter):
    notebook.side_by_side(
        charts_money.waterfall(frames["waterfall"], currency.value, f"in {quarter.selected_key}"),
        charts_ranked.reasons(frames["reasons"], currency.value),
        charts_money.shares(frames["services"], currency.value, "service"),
        charts_money.shares(frames["territories"], currency.value, "territory"),
        charts_ranked.earners(frames["earners"], currency.value),
        charts_money.waiting(frames["services"], currency.value),
    )


@app.cell
def _(currencies, currency, deliveries, frames):
    one = {"currency": currency.selected_key}
    notebook.tabs(
        {
            "Currencies": tables.shown(currencies),
            "Services": tables.shown(frames["services"], **one),
            "Territories": tables.shown(frames["territories"], **one),
            "Titles": tables.shown(frames["earners"], **one),
            "Why it waits": tables.shown(frames["reasons"], **one),
            "Reports": tables.shown(deliveries),
        }
    )


if __name__ == "__main__":
    app.run()
