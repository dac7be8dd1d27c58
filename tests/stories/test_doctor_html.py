# SPDX-License-Identifier: ISC
"""doctor's report as one HTML file: sound HTML that loads nothing, in which what comes from outside is text."""

import html.parser
import re
import shutil
import subprocess

import harness
from harness.installed_host import FaultyTest

# libxml2 knows HTML 4, and takes these for mistakes.
OF_HTML_5 = ("details", "summary")
# They have no end.
VOID = ("meta",)


class Page(html.parser.HTMLParser):
    """What a browser would see: elements with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> in {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join("".join(self.words).split())


class Html(FaultyTest):
    def written(self, *words, expect=None):
        return self.om1.run("doctor", "--format", "html", *words, expect=expect).out

    def test_it_is_sound_html(self):
        if shutil.which("xmllint") is None:
            harness.skip("no xmllint: libxml2-utils")
        file = self.directory / "report.html"
        file.write_text(self.written(), encoding="utf-8")
        done = subprocess.run(["xmllint", "--html", "--noout", file], capture_output=True, text=True, check=False)
        complaints = re.findall(r": HTML parser error : (.*)", done.stderr)
        self.assertEqual([each for each in complaints if each not in [f"Tag {tag} invalid" for tag in OF_HTML_5]], [])
        self.assertEqual(Page(file.read_text(encoding="utf-8")).open, [])

    def test_it_has_every_finding_with_its_evidence_and_faults_and_risks_are_open(self):
        said = self.om1.run_json("doctor", expect=18)
        page = Page(self.written(expect=18))
        for finding in said["findings"]:
            self.assertIn(finding["id"], page.text)
            if finding["result"] in ("fault", "risk"):
                self.assertIn(" ".join((finding["evidence"] or "").split()), page.text)
        opened = {each["class"] for each in page.all("details") if "open" in each}
        self.assertIn("fault", opened)
        self.assertLessEqual(opened, {"fault", "risk"})
        self.assertEqual([each["class"] for each in page.all("details") if each["class"] == "fault" and "open" not in each], [])
        for result, count in said["summary"].items():
            self.assertRegex(page.text, rf"\b{count} ?{ {'unknown': 'not checked', 'ok': 'as '}.get(result, result)}")

    def test_it_has_no_script_and_loads_nothing(self):
        text = self.written()
        page = Page(text)
        (policy,) = (each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy")
        self.assertEqual(policy, "default-src 'none'; style-src 'unsafe-inline'")
        names = {name for _, attributes in page.elements for name in attributes}
        self.assertEqual({name for name in names if name.startswith("on")} | names & {"src", "style", "srcset", "action"}, set())
        self.assertEqual({tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "object", "base", "form"}, set())
        self.assertNotIn("url(", text)
        self.assertNotIn("@import", text)
        for link in page.all("a"):
            self.assertRegex(link["href"], r"^https://www\.mongodb\.com/docs/")

    def test_a_name_from_outside_stays_text(self):
        hostile = "<script>alert(1)</script>&amp;\"'"
        self.om1.also(**{"doctor.ignore": {"HA801": hostile}})
        page = Page(self.written())
        self.assertEqual(page.all("script"), [])
        self.assertIn(hostile, page.text)

    def test_output_writes_it_for_its_owner_alone_and_only_the_counts_are_shown(self):
        file = self.directory / "report.html"
        shown = self.written("--output", file)
        self.assertRegex(shown, r"^1 fault, .* as (it|they) should be\n$")
        self.assertEqual(file.stat().st_mode & 0o7777, 0o600)
        self.assertTrue(file.read_text(encoding="utf-8").endswith("</html>\n"))
        said = self.om1.run_json("doctor", "--format", "html", "--output", file, expect=18)
        self.assertEqual(said["schema"], "genkey-agent/doctor/1")
        self.assertTrue(file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>\n"))

    def test_a_missing_key_and_a_run_that_left_something_out_are_said_in_it(self):
        om2 = self.host("om2")
        text = Page(om2.run("doctor", "--format", "html", expect=11).out).text
        self.assertIn("no key on this host", text)
        self.assertIn("left something out", text)

    def test_fleet_has_no_html(self):
        self.assertIn("html", self.om1.run("fleet", "--format", "html", expect=2).err)


if __name__ == "__main__":
    harness.main()
