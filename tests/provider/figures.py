"""What schedules of faults and kills come to, as figures."""

from collections import Counter
from dataclasses import dataclass, field, fields


@dataclass
class Figures:
    """What a schedule, or all of them together, came to."""

    schedules: int = 0
    runs: int = 0
    kills: int = 0
    requests: int = 0
    faulty: int = 0
    in_ledger: int = 0
    never_sent: int = 0
    retries: int = 0
    most_retries: int = 0
    reports: int = 0
    rows: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Figures") -> None:
        """Count another schedule."""
        for one in fields(self):
            if one.name == "most_retries":
                self.most_retries = max(self.most_retries, other.most_retries)
            elif one.name != "kinds":
                setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        self.kinds += other.kinds

    def table(self) -> str:
        """The figures as lines."""
        share = self.faulty / self.requests
        told = {
            "schedules": f"{self.schedules:,}",
            "processes run, of these killed": f"{self.runs:,}, {self.kills:,}",
            "requests at the provider": f"{self.requests:,}",
            "answers faulty": f"{self.faulty:,} ({share:.1%})",
            "attempts in the ledger": f"{self.in_ledger:,}",
            "of these killed before they were sent": f"{self.never_sent:,}",
            "retries": f"{self.retries:,}",
            "most retries in a window of the budget": f"{self.most_retries:,} (none over it)",
            "reports in the lake, each once": f"{self.reports:,}",
            "rows in the lake, each once": f"{self.rows:,}",
            "windows with more requests than allowed": "0",
            "seconds": f"{self.seconds:,.0f}",
        }
        told |= {f"fault: {kind}": f"{count:,}" for kind, count in sorted(self.kinds.items())}
        width = max(map(len, told))
        return "\n".join(f"{name:<{width}}  {value}" for name, value in told.items())
