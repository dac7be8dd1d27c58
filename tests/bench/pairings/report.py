"""What was measured beside what was to be reached: printed as it comes, kept for JSON."""

import sys

PASS, MISS, LEFT_OUT, INFORMATION = "PASS", "MISS", "left out", ""


class Report:
    def __init__(self):
        self.rows = []

    def section(self, title: str) -> None:
        self._title = title
        print(f"\n{title}", flush=True)

    def figure(self, what: str, value: float, unit: str) -> None:
        """A median for the reader, with nothing to reach."""
        self._add(what, value, unit, None, INFORMATION)

    def at_most(self, what: str, value: float, limit: float, unit: str = "x") -> None:
        self._add(what, value, unit, f"<= {limit:g}", PASS if value <= limit else MISS)

    def at_least(self, what: str, value: float, limit: float, unit: str = "x") -> None:
        self._add(what, value, unit, f">= {limit:g}", PASS if value >= limit else MISS)

    def exactly(self, what: str, value: int, wanted: int) -> None:
        self._add(what, value, "", f"= {wanted}", PASS if value == wanted else MISS)

    def left_out(self, what: str, reason: str) -> None:
        self._add(what, None, reason, None, LEFT_OUT)

    def missed(self) -> int:
        return sum(row["verdict"] == MISS for row in self.rows)

    def _add(self, what, value, unit, target, verdict) -> None:
        self.rows.append({"section": self._title, "what": what, "value": value, "unit": unit, "target": target,
                          "verdict": verdict})
        shown = "-" if value is None else f"{value:.4g}"
        print(f"  {what:<58} {shown:>8} {unit:<6} {target or '':<8} {colour(verdict)}", flush=True)


def colour(verdict: str) -> str:
    codes = {PASS: "32", MISS: "31", LEFT_OUT: "33"}
    if verdict not in codes or not sys.stdout.isatty():
        return verdict
    return f"\033[{codes[verdict]}m{verdict}\033[0m"
