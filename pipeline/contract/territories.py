"""Territories of a sale: ISO 3166-1 and what DDEX allows beyond it."""

import polars as pl

from pipeline.contract.territory_names import CODE_OF

WORLDWIDE = "Worldwide"

# ISO 3166-1, alpha-2 followed by alpha-3 (Debian iso-codes 4.15).
_ISO_3166_1 = """
AWABW AFAFG AOAGO AIAIA AXALA ALALB ADAND AEARE ARARG AMARM ASASM AQATA TFATF AGATG AUAUS ATAUT
AZAZE BIBDI BEBEL BJBEN BQBES BFBFA BDBGD BGBGR BHBHR BSBHS BABIH BLBLM BYBLR BZBLZ BMBMU BOBOL
BRBRA BBBRB BNBRN BTBTN BVBVT BWBWA CFCAF CACAN CCCCK CHCHE CLCHL CNCHN CICIV CMCMR CDCOD CGCOG
CKCOK COCOL KMCOM CVCPV CRCRI CUCUB CWCUW CXCXR KYCYM CYCYP CZCZE DEDEU DJDJI DMDMA DKDNK DODOM
DZDZA ECECU EGEGY ERERI EHESH ESESP EEEST ETETH FIFIN FJFJI FKFLK FRFRA FOFRO FMFSM GAGAB GBGBR
GEGEO GGGGY GHGHA GIGIB GNGIN GPGLP GMGMB GWGNB GQGNQ GRGRC GDGRD GLGRL GTGTM GFGUF GUGUM GYGUY
HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IMIMN ININD IOIOT IEIRL IRIRN IQIRQ ISISL ILISR ITITA
JMJAM JEJEY JOJOR JPJPN KZKAZ KEKEN KGKGZ KHKHM KIKIR KNKNA KRKOR KWKWT LALAO LBLBN LRLBR LYLBY
LCLCA LILIE LKLKA LSLSO LTLTU LULUX LVLVA MOMAC MFMAF MAMAR MCMCO MDMDA MGMDG MVMDV MXMEX MHMHL
MKMKD MLMLI MTMLT MMMMR MEMNE MNMNG MPMNP MZMOZ MRMRT MSMSR MQMTQ MUMUS MWMWI MYMYS YTMYT NANAM
NCNCL NENER NFNFK NGNGA NINIC NUNIU NLNLD NONOR NPNPL NRNRU NZNZL OMOMN PKPAK PAPAN PNPCN PEPER
PHPHL PWPLW PGPNG PLPOL PRPRI KPPRK PTPRT PYPRY PSPSE PFPYF QAQAT REREU ROROU RURUS RWRWA SASAU
SDSDN SNSEN SGSGP GSSGS SHSHN SJSJM SBSLB SLSLE SVSLV SMSMR SOSOM PMSPM RSSRB SSSSD STSTP SRSUR
SKSVK SISVN SESWE SZSWZ SXSXM SCSYC SYSYR TCTCA TDTCD TGTGO THTHA TJTJK TKTKL TMTKM TLTLS TOTON
TTTTO TNTUN TRTUR TVTUV TWTWN TZTZA UGUGA UAUKR UMUMI UYURY USUSA UZUZB VAVAT VCVCT VEVEN VGVGB
VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM ZAZAF ZMZMB ZWZWE
"""
# ISO 3166-3 codes of states that ended in the age of recordings; DDEX messages carry them on.
_HISTORIC = "ANANT BUBUR CSSCG DDDDR FXFXX NTNTZ SUSUN TPTMP YDYMD YUYUG ZRZAR"
# User-assigned and reserved codes that DDEX allows: Kosovo and the European Union.
_BEYOND_ISO = "XKXKX EUEUE"

_ALPHA2_OF = {pair[2:]: pair[:2] for pair in f"{_ISO_3166_1} {_HISTORIC} {_BEYOND_ISO}".split()}
_ALPHA2_OF["CSK"] = "CS"

KNOWN: frozenset[str] = frozenset({*_ALPHA2_OF.values(), WORLDWIDE})
"""Every territory that a line may bear."""

_ALIASES = {
    "UK": "GB",
    "EL": "GR",
    "XKK": "XK",
    "KOS": "XK",
    "ROM": "RO",
    "WW": WORLDWIDE,
    "WORLD": WORLDWIDE,
    "WORLDWIDE": WORLDWIDE,
    "GLOBAL": WORLDWIDE,
}
_ALPHA2_NAMES = {code.upper(): code for code in KNOWN} | _ALIASES


def territory(cells: pl.Expr) -> pl.Expr:
    """A known code in its one spelling (`de` is `DE`), or null; aliases are not known."""
    return _named(cells, {code.upper(): code for code in KNOWN})


def from_alpha2(cells: pl.Expr) -> pl.Expr:
    """The known code that a two-letter code or common alias names (`UK` is `GB`), or null."""
    return _named(cells, _ALPHA2_NAMES)


def from_alpha3(cells: pl.Expr) -> pl.Expr:
    """The known code that a three-letter code or common alias names (`USA` is `US`), or null."""
    return _named(cells, _ALPHA2_OF | _ALIASES)


def from_name(cells: pl.Expr) -> pl.Expr:
    """The known code of a territory by its English name (`South Korea` is `KR`), or null."""
    return _named(cells.cast(pl.String).str.replace_all(r"\s*&\s*", " and "), CODE_OF | _ALIASES)


def _named(cells: pl.Expr, names: dict[str, str]) -> pl.Expr:
    key = cells.cast(pl.String).str.strip_chars().str.to_uppercase()
    return key.replace_strict(names, default=None, return_dtype=pl.String)
