"""What the sketch of a line takes for granted."""

from itertools import combinations

from pipeline.contract import rules
from pipeline.read.delimited import FAULT_OF
from pipeline.vocab import Fault


def test_a_fault_of_a_line_is_of_its_identity_its_context_or_its_own_cells() -> None:
    """Else a sketch would count it twice."""
    kinds = [
        {rule.fault for rule in rules.IDENTITY_RULES},
        {rule.fault for rule in rules.CONTEXT_RULES},
        {
            *(rule.fault for rule in rules.MONEY_RULES),
            *FAULT_OF.values(),
            Fault.ENCODING_REPAIRED,
            Fault.SCHEMA_DRIFT,
        },
    ]
    assert all(kinds)
    assert not any(one & other for one, other in combinations(kinds, 2))
