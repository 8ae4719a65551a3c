"""A notice has a source fetched over HTTP: told, told again, late, lost."""

from pathlib import Path

from pipeline.flow import notices
from pipeline.flow.fetch import FetchOrder
from pipeline.flow.pulling import pull_by
from pipeline.flow.visit import Visit
from tests.flow.homes import SETTINGS, asked
from tests.flow.senders import Clock, look, notice
from tests.flow.test_fetch import money, of_reports, shelf
from tests.provider import sources
from tests.provider.provider import Provider

HOOK = '\n[webhook]\nsecrets = { env = "NOBODY_NEEDS_IT_HERE" }\n'
BOOKED = "SELECT notice_id, outcome FROM notices ORDER BY ALL"


def see(home: Path, clock: Clock) -> list[Visit]:
    """Look at whatever source has its turn."""
    return look(home, clock=clock, pull=pull_by(FetchOrder(home, SETTINGS)))


def hooked(home: Path, provider: Provider) -> None:
    """A source that is fetched over HTTP and sends notices."""
    sources.write(home, "acme", sources.api(provider.base, "link", "reports"))
    path = home / "sources" / "acme.toml"
    path.write_text(path.read_text() + HOOK)


def test_a_notice_fetches_and_its_doubles_change_nothing(tmp_path: Path) -> None:
    provider, clock = Provider(shelf(3)), Clock()
    with provider.running():
        hooked(tmp_path, provider)
        notices.keep(tmp_path, notice("msg_1", at=clock.at))
        (found,) = see(tmp_path, clock)
        assert (found.occasion, found.failed, found.pulled.committed) == ("notice", None, 3)
        asks = len(provider.arrivals)
        assert not notices.keep(tmp_path, notice("msg_1", at=clock.at))
        assert see(tmp_path, clock) == []
        assert len(provider.arrivals) == asks
        notices.keep(tmp_path, notice("late", at=clock.at))
        see(tmp_path, clock)
    assert money(tmp_path) == of_reports(0, 1, 2)
    assert asked(tmp_path, BOOKED) == [("late", "unchanged"), ("msg_1", "fetched")]


def test_a_silent_source_is_polled(tmp_path: Path) -> None:
    provider, clock = Provider(shelf(2)), Clock()
    with provider.running():
        hooked(tmp_path, provider)
        (found,) = see(tmp_path, clock)
        assert (found.occasion, found.pulled.committed) == ("silence", 2)
        assert see(tmp_path, clock.forward(hours=23)) == []
        (found,) = see(tmp_path, clock.forward(hours=2))
        assert (found.occasion, found.pulled.committed) == ("silence", 0)
    assert money(tmp_path) == of_reports(0, 1)
