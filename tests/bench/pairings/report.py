# SPDX-License-Identifier: ISC
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

    def summary(self) -> None:
        """Every target once more, in one table."""
        rows = [row for row in self.rows if row["target"] or row["verdict"] == LEFT_OUT]
        print(f"\n{'':<30} {'':<50} {'target':>8} {'measured':>9}")
        for row in rows:
            shown = "-" if row["value"] is None else f"{row['value']:.4g}"
            print(f"{row['section']:<30} {row['what']:<50} {row['target'] or '-':>8} {shown:>9} "
                  f"{row['unit'] if row['value'] is not None else '':<4} {colour(row['verdict'])}")

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
