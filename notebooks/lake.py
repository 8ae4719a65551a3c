"""The lake at a glance: money by status, what waits and why; a start for questions of one's own."""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo

    home = Path(os.environ.get("ROYALTY_HOME", "data"))
    return duckdb, home, mo


@app.cell
def _(duckdb, home, mo):
    # Read-only: an open notebook keeps no writer out. Run the cell again to see later commits.
    mo.stop(
        not (home / "lake.duckdb").exists(),
        mo.md(f"No lake in `{home}` yet: ingest a report first, or set `ROYALTY_HOME`."),
    )
    lake = duckdb.connect(home / "lake.duckdb", read_only=True)
    return (lake,)


@app.cell
def _(lake, mo):
    money = lake.sql(
        "select currency, status, sum(lines)::bigint as lines, sum(amount) as amount"
        " from sums group by all order by all"
    ).pl()
    mo.vstack([mo.md("## Money by currency and status"), mo.ui.table(money)])
    return (money,)


@app.cell
def _(lake, mo):
    waiting = lake.sql(
        "select fault, kind, currency, sum(lines)::bigint as lines, sum(amount) as amount,"
        " min(first_at) as since, min(next_attempt_at) as next_try"
        " from ledger_state where is_open group by all order by lines desc"
    ).pl()
    mo.vstack([mo.md("## What waits, and why"), mo.ui.table(waiting)])
    return (waiting,)


@app.cell
def _(lake, mo):
    balance = lake.sql("select * from conservation where difference <> 0").pl()
    verdict = "Every report adds up." if balance.is_empty() else "These reports do not add up:"
    mo.vstack([mo.md(f"## {verdict}"), mo.ui.table(balance)])
    return (balance,)


if __name__ == "__main__":
    app.run()
