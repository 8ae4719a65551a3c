"""Currencies that money can be due in: ISO 4217, withdrawn codes within their dates."""

import re
from datetime import date

import polars as pl

from pipeline.contract import dates

# ISO 4217 list one (SIX, 2026) without XXX, XTS, metals and bond-market units: no sum of money
# is due in those.
_ACTIVE = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN
BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR
FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XDR XOF
XPF XSU XUA YER ZAR ZMW ZWG
"""
ACTIVE: frozenset[str] = frozenset(_ACTIVE.split())
"""Every code that money can be due in today."""

# ISO 4217 list three names a month. The last valid day is that month's last, or the day before
# where the successor took over on the first of it (the euro each time, GHS, BYN, VEF, TMT, ZWG).
_LAST_DAYS = """
ADP 2003-07-31 AFA 2003-01-31 ALK 1989-12-31 ANG 2025-03-31 AOK 1991-03-31 AON 2000-02-29
AOR 2000-02-29 ARA 1992-01-31 ARP 1985-07-31 ARY 1990-12-31 ATS 2002-02-28 AYM 2005-10-31
AZM 2005-12-31 BAD 1997-07-31 BEC 1990-03-31 BEF 2002-02-28 BEL 1990-03-31 BGJ 1990-12-31
BGK 1990-12-31 BGL 2003-11-30 BGN 2025-12-31 BOP 1987-02-28 BRB 1986-03-31 BRC 1989-02-28
BRE 1993-03-31 BRN 1990-03-31 BRR 1994-07-31 BUK 1990-02-28 BYB 2001-01-31 BYR 2016-12-31
CHC 2004-11-30 CNX 1989-12-31 CSD 2006-10-31 CSJ 1990-12-31 CSK 1993-03-31 CUC 2021-06-30
CYP 2007-12-31 DDM 1990-09-30 DEM 2002-02-28 ECS 2000-09-30 ECV 2000-09-30 EEK 2010-12-31
ESA 1981-12-31 ESB 1994-12-31 ESP 2002-02-28 FIM 2002-02-28 FRF 2002-02-28 GEK 1995-10-31
GHC 2007-12-31 GHP 2007-06-30 GNE 1989-12-31 GNS 1986-02-28 GQE 1986-06-30 GRD 2002-02-28
GWE 1981-12-31 GWP 1997-05-31 HRD 1995-01-31 HRK 2022-12-31 IEP 2002-02-28 ILP 1981-12-31
ILR 1990-12-31 ISJ 1990-12-31 ITL 2002-02-28 LAJ 1979-12-31 LSM 1985-05-31 LTL 2014-12-31
LTT 1993-07-31 LUC 1990-03-31 LUF 2002-02-28 LUL 1990-03-31 LVL 2013-12-31 LVR 1994-12-31
MGF 2004-12-31 MLF 1984-11-30 MRO 2017-12-31 MTL 2007-12-31 MTP 1983-06-30 MVQ 1989-12-31
MXP 1993-01-31 MZE 1981-12-31 MZM 2006-06-30 NIC 1990-10-31 NLG 2002-02-28 PEH 1990-12-31
PEI 1991-07-31 PES 1986-02-28 PLZ 1997-01-31 PTE 2002-02-28 RHD 1981-12-31 ROK 1990-12-31
ROL 2005-06-30 RUR 2004-01-31 SDD 2007-07-31 SDP 1998-06-30 SIT 2006-12-31 SKK 2008-12-31
SLL 2023-12-31 SRG 2003-12-31 STD 2017-12-31 SUR 1990-12-31 TJR 2001-04-30 TMM 2008-12-31
TPE 2002-11-30 TRL 2005-12-31 UAK 1996-09-30 UGS 1987-05-31 UGW 1990-12-31 USS 2014-03-31
UYN 1989-12-31 UYP 1993-03-31 VEB 2007-12-31 VEF 2018-08-31 VNC 1990-12-31 XEU 1998-12-31
YDD 1991-09-30 YUD 1990-01-31 YUM 2003-07-31 YUN 1995-11-30 ZAL 1995-03-31 ZMK 2012-12-31
ZRN 1999-06-30 ZRZ 1994-02-28 ZWC 1989-12-31 ZWD 2008-08-31 ZWL 2024-08-31 ZWN 2006-09-30
ZWR 2009-06-30
"""
WITHDRAWN: dict[str, date] = {
    code: date.fromisoformat(last_day)
    for code, last_day in (line.split() for line in re.findall(r"\S+ \S+", _LAST_DAYS))
}
"""Each withdrawn code with the last day on which money could be due in it."""

# Only names that one currency alone bears: a bare `$`, `£`, `¥` or `kr` names several.
ALIASES: dict[str, str] = {
    "US$": "USD",
    "$US": "USD",
    "USD$": "USD",
    "U$S": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "CAD$": "CAD",
    "CDN": "CAD",
    "CDN$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "AUD$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "SG$": "SGD",
    "R$": "BRL",
    "MX$": "MXN",
    "€": "EUR",
    "EURO": "EUR",
    "EUROS": "EUR",
    "UK£": "GBP",
    "GBP£": "GBP",
    "UKP": "GBP",
    "STG": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "YEN": "JPY",
    "JP¥": "JPY",
    "NIS": "ILS",
    "RMB": "CNY",
    "CN¥": "CNY",
    "CNH": "CNY",
}


def _key(cells: pl.Expr) -> pl.Expr:
    return cells.cast(pl.String).str.strip_chars().str.to_uppercase()


def is_alias(cells: pl.Expr) -> pl.Expr:
    """Whether a cell names a currency by a known alias (`RMB`, `US$`); null stays null."""
    return _key(cells).is_in(list(ALIASES))


def currency(cells: pl.Expr) -> pl.Expr:
    """The currency in normal form: upper case, an alias as its code; null where blank.

    What is no currency stays as reported, so that its money can be summed under that name.
    """
    code = _key(cells).replace(ALIASES)
    known = code.is_in(sorted(ACTIVE | WITHDRAWN.keys()))
    return pl.when(_key(cells) != "").then(pl.when(known).then(code).otherwise(cells))


def is_valid(cells: pl.Expr, *days: pl.Expr) -> pl.Expr:
    """Whether money can be due in a currency; null where the cell is blank.

    Args:
        cells: the currency as reported; aliases count as their code.
        days: cells with dates, the first readable one counts. An active code is valid on every
            day: late activity of before its first day is paid in it. A withdrawn one is valid
            through its last day, and never where no date is known.
    """
    code = _key(cells).replace(ALIASES)
    last_day = code.replace_strict(WITHDRAWN, default=None, return_dtype=pl.Date)
    in_time = (dates.first_known(*days) <= last_day).fill_null(value=False)
    valid = code.is_in(sorted(ACTIVE)) | in_time
    return pl.when(code != "").then(valid)
