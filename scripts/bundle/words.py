"""How a statement writes times and numbers: statement.md."""
import datetime
import re

from reference import check_digit

SECOND = 10 ** 9
DAY = 86400


def at(nanos):
    """A time as text: RFC 3339 in UTC, fractions without zeros behind."""
    seconds, fraction = divmod(nanos, SECOND)
    whole = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    text = f"{fraction:09}".rstrip("0")
    return f"{whole:%Y-%m-%dT%H:%M:%S}" + ("." + text if text else "") + "Z"


def nanos(text):
    """A time of a text."""
    whole, fraction = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", text).groups()
    since = datetime.datetime.fromisoformat(whole) - datetime.datetime(1970, 1, 1)
    return (since.days * DAY + since.seconds) * SECOND + int((fraction or "").ljust(9, "0"))


def number(kind, e):
    """The number of a record (CZ) or of an issue (ZS), evidence-format.md §5."""
    year = (datetime.datetime(1970, 1, 1, 8) + datetime.timedelta(seconds=e.time // SECOND)).year
    digits = f"{year:04}{e.seq:012}"
    return kind + digits + check_digit(kind, digits)


def filled(members, always=()):
    """Members that are not 0 or empty."""
    return {k: v for k, v in members.items() if v or k in always}
