"""The desk on a page: the queue, each row beside its candidates, and what was released."""

import marimo

app = marimo.App(width="medium", app_title="Review")

with app.setup:
    import os
    from datetime import UTC, datetime
    from pathlib import Path

    import anywidget
    import marimo as mo
    import traitlets

    from pipeline.errors import PipelineError
    from pipeline.flow import sitting as sittings
    from pipeline.flow.review_queue import OPEN, STATES
    from pipeline.flow.sitting import Press, Sitting
    from pipeline.report import page
    from pipeline.settings import load

    HERE = Path(__file__).parent

    class Row(anywidget.AnyWidget):
        """The row in sight; `press` is what a person pressed, and upon which row."""

        _esm = HERE / "review.js"
        _css = HERE / "review.css"
        row = traitlets.Dict().tag(sync=True)
        press = traitlets.Dict().tag(sync=True)


@app.cell
def _():
    home = Path(os.environ.get("ROYALTY_HOME", "data"))
    mo.stop(
        not (home / "lake.duckdb").exists(),
        mo.md(f"No lake in `{home}` yet: ingest a report first, or set `ROYALTY_HOME`."),
    )
    get_sitting, put_sitting = mo.state(Sitting())
    name = mo.ui.text(
        value=os.environ.get("ROYALTY_USER", ""),
        label="Your name, which signs every decision",
        placeholder="required",
    )
    state = mo.ui.dropdown(list(STATES.values()), value=OPEN, label="rows that are")
    by_artist = mo.ui.switch(label="by artist")
    again = mo.ui.run_button(label="Look again", tooltip="Read the queue anew")
    mo.hstack([name, state, by_artist, again], justify="start", align="end", wrap=True)
    return again, by_artist, get_sitting, home, name, put_sitting, state


@app.cell
def _(get_sitting):
    mo.Html(page.released(get_sitting()) + page.outcome(get_sitting()))


@app.cell
def _(again, by_artist, get_sitting, home, state):
    again.value  # the button reads the queue anew
    board = None
    try:
        board = sittings.board(
            home, load(home), get_sitting(), by_artist=by_artist.value, state=state.value
        )
    except PipelineError as error:
        mo.output.append(mo.Html(page.outcome(Sitting().failed(error))))
    return (board,)


@app.cell
def _(board):
    mo.stop(board is None)
    widget = mo.ui.anywidget(Row(row=page.row(board.entry) if board.entry else {}))
    empty = mo.md("No rows here: nothing waits with money in this state.")
    mo.vstack([widget] if board.entry else [empty, widget])
    return (widget,)


@app.cell
def _(get_sitting, home, name, put_sitting, widget):
    sent, so_far = widget.value["press"], get_sitting()
    if sent and sent["serial"] != so_far.serial:
        at = datetime.now(UTC)
        try:
            press = Press.of(sent)
            done = sittings.carry_out(home, load(home), at, so_far, press, name=name.value)
        except PipelineError as error:
            done = so_far.failed(error, sent["serial"])
        put_sitting(done)


@app.cell
def _(board, get_sitting):
    mo.stop(board is None)
    queue = mo.ui.table(
        page.listing(board, get_sitting()),
        selection="single",
        page_size=10,
        label=f"{board.rows.height:,} rows, ordered by {board.ordered_by}; choose one to go to it",
        show_data_types=False,
        show_download=False,
    )
    queue
    return (queue,)


@app.cell
def _(board, get_sitting, put_sitting, queue):
    chosen = queue.value["id"].to_list()
    if chosen and chosen[0] != board.entry.queue_id:
        put_sitting(get_sitting().going_to(chosen[0]))


if __name__ == "__main__":
    app.run()
