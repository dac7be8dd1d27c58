// SPDX-License-Identifier: ISC
// What comes from outside stays text in a page of HTML.
#include "agent/report/html_text.h"

#include <string>

#include <doctest/doctest.h>

using agent::html_text;

TEST_CASE("what would be HTML is shown as text, in an element and in a quoted attribute") {
  CHECK(html_text("<script>alert('x')</script>") == "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  CHECK(html_text("\" onload=\"x") == "&quot; onload=&quot;x");
  CHECK(html_text("a & b &lt; c") == "a &amp; b &amp;lt; c");
  CHECK(html_text("") == "");
}

TEST_CASE("text in any language stays as it is, and a line end too") {
  CHECK(html_text("Zürich\n東京 🔑") == "Zürich\n東京 🔑");
}

TEST_CASE("control characters, and those that turn the direction of text, are replaced") {
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(html_text("a\x1b[31mb") == "a" + mark + "[31mb");
  CHECK(html_text(std::string_view("a\0b", 3)) == "a" + mark + "b");
  CHECK(html_text("\x7f\t\r") == mark + mark + mark);
  CHECK(html_text("\xC2\x85") == mark);  // U+0085
  // U+202E, in bytes, because in a literal the compiler's own checks would warn of it.
  const std::string turned{'\xE2', '\x80', '\xAE'};
  CHECK(html_text(turned + "evil") == mark + "evil");
  CHECK(html_text("\xEF\xBF\xBE") == mark);  // U+FFFE
}

TEST_CASE("bytes that are not UTF-8 are replaced one by one, and nothing behind them is lost") {
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(html_text("a\xFF"
                  "b") == "a" + mark + "b");
  CHECK(html_text("\xC3") == mark);                                   // cut off
  CHECK(html_text("\xC3<") == mark + "&lt;");                         // cut off before markup
  CHECK(html_text("\xC0\xBC") == mark + mark);                        // an overlong <
  CHECK(html_text("\xE0\x80\xBC") == mark + mark + mark);             // another
  CHECK(html_text("\xED\xA0\x80") == mark + mark + mark);             // a surrogate
  CHECK(html_text("\xF4\x90\x80\x80") == mark + mark + mark + mark);  // above U+10FFFF
}
