"""How layouts are written down, and how senders name territories."""

ALPHA_3 = {
    "US": "USA", "GB": "GBR", "DE": "DEU", "FR": "FRA", "JP": "JPN", "KR": "KOR", "BR": "BRA",
    "SE": "SWE",
}  # fmt: skip
NAMES = {
    "US": "United States", "GB": "United Kingdom", "DE": "Germany", "FR": "France", "JP": "Japan",
    "KR": "South Korea", "BR": "Brazil", "SE": "Sweden",
}  # fmt: skip


def columns(text: str, delimiter: str = ", ") -> tuple[str, ...]:
    return tuple(" ".join(text.split()).split(delimiter))


def roles(text: str) -> dict[str, str]:
    """Role and column, written `role=Column; …`."""
    entries = (entry.partition("=") for entry in " ".join(text.split()).split("; "))
    return {role: column for role, _, column in entries}
