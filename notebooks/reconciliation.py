"""From reported to matched: where money waits, for how long, and for which titles."""

import marimo

app = marimo.App(width="full", app_title="Reconciliation", css_file="notebooks.css")

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
    currencies = lake.frame("currencies", periods=None)
    mo.stop(currencies.is_empty(), mo.md(told.no_lines(home)))
    mo.md(f"# Reconciliation\n\n{told.balance(currencies)}")
    return currencies, lake


@app.cell
def _(currencies, lake):
    services = told.all_or(lake.choices("service"), "services")
    currency = mo.ui.dropdown(
        told.currencies(currencies), allow_select_none=False, searchable=True, label="currency"
    )
    service = mo.ui.dropdown(services, allow_select_none=False, searchable=True, label="service")
    since = mo.ui.dropdown(told.SINCE, allow_select_none=False, label="age since")
    notebook.choices(currency, service, since)
    return currency, service, since


@app.cell
def _(currency, lake, service, since):
    chosen = {"currency": currency.value, "service": service.value, "periods": None}
    aged = {"today": lake.at.date(), "since": since.value}
    frames = {
        name: lake.frame(name, **chosen, **aged, largest=1000)
        for name in ("waterfall", "services", "periods", "ageing", "titles")
    }
    return (frames,)


@app.cell
def _(currency, frames, service, since):
    where = f"by {service.selected_key}" if service.value is not None else ""
    notebook.side_by_side(
        charts_money.waterfall(frames["waterfall"], currency.value, where),
        charts_money.ageing(frames["ageing"], currency.value, since.selected_key),
        charts_money.waiting(frames["services"], currency.value),
        charts_ranked.titles(frames["titles"], currency.value),
        charts_money.trend(frames["periods"], currency.value),
    )


@app.cell
def _(currencies, currency, frames):
    one = {"currency": currency.selected_key}
    notebook.tabs(
        {
            "Services": tables.shown(frames["services"], **one),
            "Periods": tables.shown(frames["periods"], **one),
            "Unmatched titles": tables.shown(frames["titles"], **one),
            "Currencies": tables.shown(currencies),
        }
    )


if __name__ == "__main__":
    app.run()
