"""A fetch over HTTP, as a visit has it done."""

from collections import Counter

from pipeline.flow.fetch import FetchOrder, fetch
from pipeline.flow.visit import Pull, Pulled
from pipeline.vocab import ManifestState


def pull_by(order: FetchOrder) -> Pull:
    """Fetches one source, and counts its manifests by what became of them."""

    def pull(source: str) -> Pulled:
        (found,) = fetch(order, [source])
        counts = Counter(report.state for report in found.reports)
        return Pulled(
            committed=counts[ManifestState.COMMITTED],
            unchanged=counts[ManifestState.UNCHANGED],
            refused=counts[ManifestState.REFUSED],
            quarantined=counts[ManifestState.QUARANTINED],
            failed=found.error or None,
        )

    return pull
