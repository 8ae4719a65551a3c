"""The words that tell versions, parts and placeholders, as folded text holds them."""

MARKERS: dict[str, tuple[str, ...]] = {
    "live": (
        "live", "in concert", "unplugged", "en vivo", "ao vivo", "dal vivo", "en directo",
        "en direct", "en concert", "in concerto", "im konzert", "ライブ", "ライヴ", "라이브",
        "现场", "現場", "концерт",
    ),
    "remix": (
        "remix", "remixed", "remixes", "rmx", "remezcla", "rework", "reworked", "bootleg",
        "mashup", "リミックス", "리믹스", "混音", "ремикс",
    ),
    "mix": ("mix", "megamix", "minimix", "ミックス", "микс"),
    "edit": ("edit", "edited", "re edit"),
    "radio": ("radio",),
    "dub": ("dub", "dubstep"),
    "club": ("club", "vip"),
    "extended": ("extended", "12 inch", "12inch", "maxi", "long version"),
    "short": ("short version", "short", "snippet"),
    "acoustic": (
        "acoustic", "acoustique", "acustico", "acustica", "akustik", "akustisch",
        "アコースティック", "어쿠스틱", "акустика",
    ),
    "instrumental": (
        "instrumental", "instrumentals", "inst", "instr", "インストゥルメンタル", "インスト",
        "伴奏", "inst ver",
    ),
    "karaoke": (
        "karaoke", "backing track", "playback", "sing along", "minus one", "originally performed",
        "in the style of", "made famous", "カラオケ", "노래방", "караоке",
    ),
    "acapella": ("acapella", "a cappella", "a capella", "acappella", "vocal only"),
    "demo": ("demo", "outtake", "rehearsal", "work in progress", "デモ"),
    "reprise": ("reprise",),
    "medley": ("medley", "potpourri", "メドレー"),
    "sped up": ("sped up", "speed up", "nightcore"),
    "slowed": ("slowed", "chopped and screwed", "chopped screwed"),
    "rerecorded": (
        "rerecorded", "re recorded", "rerecording", "re recording", "new recording",
    ),
    "alternate": ("alternate", "alternative version", "alternative mix", "alt version"),
    "orchestral": ("orchestral", "symphonic version"),
    "cover": ("cover", "tribute"),
    "mono": ("mono",),
}  # fmt: skip
"""What makes another recording of the same song, by the one word that stands for it here."""

NAMED = ("remix", "mix", "edit", "dub", "club", "extended", "radio", "live", "demo", "acoustic")
"""Markers whose bracket names whose, where or when: another name, another recording."""

_REMASTER = (
    r"(?:digital(?:ly)?\s+)?(?:[12][0-9]{3}\s+)?(?:digital(?:ly)?\s+)?re-?master(?:ed|s|ing)?"
    r"(?:\s+(?:version|edition|track|album version))?(?:\s+(?:in\s+)?[12][0-9]{3})?"
)
NEUTRAL = (
    _REMASTER,
    r"(?:[12][0-9]{3}\s+)?remasteri[sz]ad[oa](?:\s+[12][0-9]{3})?",
    r"[12][0-9]{3}\s+digital\s+remaster",
    r"(?:explicit|clean|censored|uncensored)(?:\s+(?:version|album version|content|lyrics))?",
    r"(?:original\s+)?(?:album|lp|main|standard|regular|full|stereo)\s+version",
    r"original\s+(?:mix|version|recording)",
    r"(?:hidden|bonus)\s+tracks?",
    r"(?:super\s+)?deluxe(?:\s+(?:edition|version|album))?",
    r"digital\s+bonus\s+track", "stereo", "amended", "parental advisory",
    "リマスター", "리마스터",
)  # fmt: skip
"""Patterns of what says nothing of the recording: the same master under another sticker."""

EDITIONS = (
    "deluxe", "edition", "editions", "version", "bonus", "reissue", "re-issue", "rerelease",
    "soundtrack", "explicit", "clean", "edited", "remaster", "remastered", "re-mastered",
    "expanded", "digital booklet", "video", "anniversary", "disc", "cd",
)  # fmt: skip
"""Words of a bracket that tells an edition of a release, not its name."""

ALONE = ("ep", "single", "album", "unknown", "[12][0-9]{3}")
"""Patterns that tell an edition where they fill a bracket by themselves."""

ABBREVIATED = {
    "volume": "vol", "part": "pt", "parts": "pt", "number": "no", "numero": "no", "nr": "no",
    "opus": "op", "movement": "mvt", "featuring": "feat", "ft": "feat", "versus": "vs",
    "und": "and", "et": "and", "volumes": "vol", "teil": "pt", "partie": "pt", "parte": "pt",
    "pts": "pt", "act": "act", "acte": "act", "scene": "scene", "nos": "no",
}  # fmt: skip
"""Words by the shorter one that says the same."""

COUNTED = ("vol", "pt", "no", "op", "mvt", "act", "scene", "chapter", "book", "disc", "cd", "phase")
"""Words after which a single Roman letter or a written number counts."""

ROMAN = (
    "ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
    "xviii", "xix", "xx", "xxi", "xxii", "xxiii", "xxiv",
)  # fmt: skip
_ROMAN_VALUES = (2, 3, 4, 6, 7, 8, 9, *range(11, 25))
_SINGLE = {"i": 1, "v": 5, "x": 10}
_WRITTEN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

NUMBERED: dict[str, str] = {
    **{
        f" {word}  {said} ": f" {word}  {value} "
        for word in COUNTED
        for said, value in {**_SINGLE, **{w: n for n, w in enumerate(_WRITTEN, 1)}}.items()
    },
    **{f" {said} ": f" {value} " for said, value in zip(ROMAN, _ROMAN_VALUES, strict=True)},
}
"""Numbers in words and Roman letters by their digits, in text with two spaces between words."""

SHORTENED = {f" {said} ": f" {short} " for said, short in ABBREVIATED.items() if said != short}

NO_TITLE = (
    "", "unknown", "unknown title", "unknown track", "unk", "untitled", "no title", "null", "none",
    "n a", "na", "nan", "title", "silence", "blank", "tbd", "tba", "data track", "notitle", "?",
)  # fmt: skip
"""What stands where a title should and names nothing."""

NO_TITLE_PATTERN = r"^(?:audio )?(?:track|titel|piste|pista|traccia|bonus track) ?[0-9]*$"

GENERIC = (
    "intro", "introduction", "outro", "interlude", "prelude", "prologue", "epilogue", "skit",
    "overture", "finale", "opening", "ending", "hidden track", "main title", "end credits",
    "end titles", "main theme", "theme", "credits", "opening titles",
)  # fmt: skip
"""Titles that so many recordings bear that they need a second witness."""

NO_ARTIST = (
    "", "various artists", "various", "va", "unknown", "unknown artist", "null", "none", "n a",
    "na", "nan", "unk", "artist", "diverse", "varios artistas", "verschiedene interpreten",
    "no artist", "original soundtrack", "soundtrack",
)  # fmt: skip
"""What stands where an artist should and names no one."""

NO_NAME_OF_A_RELEASE = (
    "greatest hits", "the greatest hits", "hits", "best of", "the best of", "the very best of",
    "very best of", "the best", "the collection", "collection", "the essential", "essential",
    "essentials", "the ultimate collection", "anthology", "the anthology", "the singles",
    "singles", "gold", "platinum", "icon", "classics", "favorites", "favourites", "live",
    "unplugged", "demo", "demos", "rarities", "b sides", "remixes", "christmas", "covers",
    "sampler", "promo", "debut", "self titled", "s t", "untitled", "ep", "album", "single",
    "soundtrack", "original motion picture soundtrack", "compilation", "mixtape", "promotional",
)  # fmt: skip
"""Titles that releases of so many artists bear that they do not tell whose a track is."""
