"""What is wrong with lines that are put aside: their faults, and their bytes in hex and in text."""

import marimo

app = marimo.App(width="full", app_title="Quarantine", css_file="notebooks.css")

with app.setup:
    import os
    from pathlib import Path

    import marimo as mo

    from pipeline.flow import notebooks
    from pipeline.report import charts_faults, notebook, payload, tables, told


@app.cell
def _():
    home = Path(os.environ.get("ROYALTY_HOME", "data"))
    lake = notebooks.opened(home)
    mo.stop(lake is None, mo.md(told.no_lake(home)))
    waiting = mo.ui.switch(label="also lines that wait")
    mo.vstack([mo.md("# Quarantine"), waiting])
    return lake, waiting


@app.cell
def _(lake, waiting):
    faults = lake.frame("faults", quarantined=not waiting.value)
    kind = {"quarantined": not waiting.value}
    mo.vstack(
        [
            mo.md(told.quarantine(faults, **kind)),
            notebook.side_by_side(
                charts_faults.faults(faults, "fault", **kind),
                charts_faults.faults(faults, "source", **kind),
            ),
        ]
    )
    return faults, kind


@app.cell
def _(faults):
    one = {"allow_select_none": False, "searchable": True}
    fault = mo.ui.dropdown(told.all_of(faults["fault"], "faults"), label="fault", **one)
    source = mo.ui.dropdown(told.all_of(faults["source"], "sources"), label="source", **one)
    report = mo.ui.dropdown(told.reports(faults), label="report", **one)
    notebook.choices(fault, source, report)
    return fault, report, source


@app.cell
def _(fault, kind, lake, report, source):
    lines = lake.frame(
        "held_back",
        **kind,
        fault=fault.value,
        source=source.value,
        manifest=report.value,
        largest=5000,
    )
    mo.stop(lines.is_empty(), mo.md("No line answers to that."))
    listed = tables.lines(lines)
    table = mo.ui.table(**listed)
    notebook.listed(table, listed)
    return lines, table


@app.cell
def _(lake, lines, table):
    mo.stop(not len(table.value), mo.md("Choose a line to see its bytes."))
    line = lines.row(by_predicate=tables.is_chosen(table.value), named=True)
    mo.Html(payload.payload(lake.locate(line), told.held_line(line)))
    return (line,)


if __name__ == "__main__":
    app.run()
