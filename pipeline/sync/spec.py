"""What a source's TOML says of its provider's API, as frozen values; `schema` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.sync.secret import Place
from pipeline.sync.words import AuthKind, Contract, CursorForm, Paging, Payload, SigningAlgorithm


@dataclass(frozen=True)
class Auth:
    """How requests are made ours.

    Attributes:
        kind: a token in a header, OAuth2 client credentials, or none.
        secret: the token, or the client's secret.
        header: the header that carries a token.
        scheme: what stands before it there; "" for nothing.
        client_id: of OAuth2.
        token_url: where OAuth2 gives tokens.
        scope: what OAuth2 is asked for.
    """

    kind: AuthKind = AuthKind.NONE
    secret: Place | None = None
    header: str = "Authorization"
    scheme: str = "Bearer"
    client_id: str = ""
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Key:
    """A key of HTTP message signatures (RFC 9421).

    Attributes:
        algorithm: Ed25519 or HMAC with SHA-256.
        key_id: what the message names it by.
        secret: PEM of a private (we sign) or public (they sign) Ed25519 key, or the shared secret.
        components: what a signature must cover.
    """

    algorithm: SigningAlgorithm
    key_id: str
    secret: Place
    components: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """The endpoint that lists reports, or gives rows.

    Attributes:
        path: below the base URL.
        items: dotted path of the list in a page; "" where the page is the list.
        query: fixed parameters.
        since, until: parameters of the window asked for; "" where there is none.
    """

    path: str
    items: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Pages:
    """How a listing is cut into pages.

    Attributes:
        kind: where the next page is told.
        next: dotted path of the next link or cursor.
        total: dotted path of the number of items; with it, pages are asked for side by side.
        param: parameter of the cursor, offset or page.
        size_param, size: how many items a page shall have; size 0 leaves it to the provider.
        first: number of the first page.
        cap: pages of one round at the most; more is an error, for it may be a circle.
    """

    kind: Paging = Paging.NONE
    next: str = ""
    total: str = ""
    param: str = ""
    size_param: str = ""
    size: int = 0
    first: int = 1
    cap: int = 10_000


@dataclass(frozen=True)
class Cursor:
    """How a source is taken bit by bit.

    Attributes:
        field: dotted path of an item's place in time or order; "" where everything is listed.
        form: how it is written.
        start: where the first round begins.
        overlap_s: how far each round looks back behind the last one.
        latency_s: how old an item must be to be final.
    """

    field: str = ""
    form: CursorForm = CursorForm.ISO
    start: str = ""
    overlap_s: float = 0.0
    latency_s: float = 0.0


@dataclass(frozen=True)
class Files:
    """Reports that are files: a listing's item names each.

    Attributes:
        path: below the base URL, with `{field}` of the item; "" where `url` says it.
        url: dotted path of an address in the item.
        id: dotted path of what tells items apart.
        version: dotted path of what changes with a file's content; "" where the id does.
        name: dotted path of the file's name; "" where the id is one.
        sha256, bytes: dotted paths of what is declared of the file; "" where nothing is.
    """

    path: str = ""
    url: str = ""
    id: str = "id"
    version: str = ""
    name: str = ""
    sha256: str = ""
    bytes: str = ""


@dataclass(frozen=True)
class Rows:
    """Reports that are rows of JSON: a round's rows are written as one manifest.

    Attributes:
        fields: column of the manifest to dotted path in the row.
        key: dotted paths that tell rows apart; none where nothing does.
        ignore: names of the row that are known and not wanted.
        contract: what becomes of a row of another form.
        name: the manifest's file name, with `{source}`, `{round}`, `{since}` and `{until}`.
    """

    fields: Mapping[str, str]
    key: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    contract: Contract = Contract.EVOLVE
    name: str = "{source}-r{round}.csv"


@dataclass(frozen=True)
class Limits:
    """What a provider allows; shared by all its sources and all processes of a home.

    Attributes:
        requests: how many in any window; 0 where it sets no limit.
        window_s: the window.
        concurrency: requests under way at a time.
    """

    requests: int = 0
    window_s: float = 60.0
    concurrency: int = 4


@dataclass(frozen=True)
class Retries:
    """When a request is sent again.

    Attributes:
        attempts: of one request in a row, before it is given up.
        base_s, cap_s: the n-th wait is drawn from U(0, min(cap, base·2ⁿ)).
        budget: retries per first request to the provider over `budget_window_s`.
        floor: retries that the window allows whatever the requests.
        deadline_s: how long a run may go on with one request.
    """

    attempts: int = 8
    base_s: float = 1.0
    cap_s: float = 300.0
    budget: float = 0.2
    budget_window_s: float = 600.0
    floor: int = 10
    deadline_s: float = 900.0


@dataclass(frozen=True)
class Breaker:
    """When a host is left alone: after how many failures in a row, and for how long at first."""

    failures: int = 5
    open_s: float = 30.0
    cap_s: float = 900.0


@dataclass(frozen=True)
class Timeouts:
    """How long to wait for a connection, for the next bytes, and for the whole answer."""

    connect_s: float = 10.0
    read_s: float = 60.0
    whole_s: float = 3_600.0


@dataclass(frozen=True)
class Api:
    """A provider's API as one source uses it; the README beside this shows a whole one.

    Attributes:
        source: the profile's name.
        base_url: without a slash at its end.
        payload: files, JSON pages or JSON lines.
        every_s: how long after a round the next is due.
        max_page_bytes: a page larger than this is an error.
        max_file_bytes: so is a file.
        queue: answers that may wait between fetching and writing.
    """

    source: str
    base_url: str
    payload: Payload
    listing: Listing
    auth: Auth = field(default_factory=Auth)
    sign: Key | None = None
    verify: Key | None = None
    pages: Pages = field(default_factory=Pages)
    cursor: Cursor = field(default_factory=Cursor)
    files: Files = field(default_factory=Files)
    rows: Rows = field(default_factory=lambda: Rows({}))
    limits: Limits = field(default_factory=Limits)
    retries: Retries = field(default_factory=Retries)
    breaker: Breaker = field(default_factory=Breaker)
    timeouts: Timeouts = field(default_factory=Timeouts)
    every_s: float = 3_600.0
    max_page_bytes: int = 64 * 2**20
    max_file_bytes: int = 16 * 2**30
    queue: int = 8

    @property
    def provider(self) -> str:
        """The host that limits, budget and breaker count by."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def secrets(self) -> tuple[Place, ...]:
        """Where every credential that it needs is kept."""
        keys = [key.secret for key in (self.sign, self.verify) if key is not None]
        return tuple([self.auth.secret, *keys] if self.auth.secret else keys)
