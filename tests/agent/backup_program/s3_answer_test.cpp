// SPDX-License-Identifier: ISC
// What stores answer, and what they had better not.
#include "agent/backup_program/s3_answer.h"

#include <doctest/doctest.h>

using agent::backup_program::is_web_page;
using agent::backup_program::read_listing;
using agent::backup_program::read_refusal;
using platform::view_of;

TEST_CASE("a refusal has its code, its words and the region that it wants") {
  const auto refusal = read_refusal(view_of(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>expecting "
      "&apos;eu-west-1&apos;</Message><Region>eu-west-1</Region></Error>"));
  CHECK(refusal.code == "AuthorizationHeaderMalformed");
  CHECK(refusal.message == "expecting 'eu-west-1'");
  CHECK(refusal.region == "eu-west-1");
  CHECK(read_refusal(view_of("Bad Gateway")).code.empty());
  CHECK(read_refusal({}).code.empty());
  CHECK(read_refusal(view_of("<Error><Code>" + std::string(100'000, 'x') + "</Code></Error>")).code.size() == 300);
}

TEST_CASE("a page of a listing has names without the prefix, sizes and times") {
  const auto page = read_listing(
      view_of(
          "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>true</IsTruncated>"
          "<NextContinuationToken>t/1=</NextContinuationToken>"
          "<Contents><Key>om/a</Key><LastModified>2026-11-22T02:29:17.123Z</LastModified><Size>24</Size></Contents>"
          "<Contents><Key>om/b&amp;c</Key><LastModified>2026-11-22T02:29:18Z</LastModified><Size>0</Size></Contents>"
          "</ListBucketResult>"),
      "om/");
  REQUIRE(page);
  CHECK(page->continuation == "t/1=");
  REQUIRE(page->objects.size() == 2);
  CHECK(page->objects[0].name == "a");
  CHECK(page->objects[0].size == 24);
  CHECK(platform::format_time(page->objects[0].stored) == "2026-11-22T02:29:17Z");
  CHECK(page->objects[1].name == "b&c");
}

TEST_CASE("a listing that is cut, of other keys, or goes on without saying where, is none") {
  const auto contents = [](const char* key, const char* size, const char* time) {
    return std::string("<ListBucketResult><Contents><Key>") + key + "</Key><Size>" + size + "</Size><LastModified>" +
           time + "</LastModified></Contents></ListBucketResult>";
  };
  REQUIRE(read_listing(view_of(contents("om/a", "1", "2026-11-22T02:29:17Z")), "om/"));
  for (const std::string& text :
       {std::string(), std::string("<Error/>"), std::string("<ListBucketResult><Contents>"),
        std::string("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
        contents("other/a", "1", "2026-11-22T02:29:17Z"), contents("om/a", "-1", "2026-11-22T02:29:17Z"),
        contents("om/a", "", "2026-11-22T02:29:17Z"), contents("om/a", "1", "yesterday"),
        contents("om/a", "99999999999999999999", "2026-11-22T02:29:17Z")}) {
    CAPTURE(text);
    CHECK_FALSE(read_listing(view_of(text), "om/"));
  }
}

TEST_CASE("entities of a document's own are not followed") {
  const auto page = read_refusal(
      view_of("<!DOCTYPE Error [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Error><Code>&a;</Code></Error>"));
  CHECK(page.code == "&a;");
}

TEST_CASE("a web page is known by its type or by how it begins, and no copy or answer of a store is one") {
  CHECK(is_web_page("text/html; charset=utf-8", {}));
  CHECK(is_web_page("Text/HTML", view_of("anything")));
  for (const char* page : {"<html>", "<!DOCTYPE html>", "\n  <!doctype HTML PUBLIC", "\xef\xbb\xbf<HTML lang=en>"})
    CHECK(is_web_page("", view_of(page)));
  for (const char* other : {"", "age-encryption.org/v1\n<html>", "<?xml version=\"1.0\"?><Error/>", "<Error/>",
                            "0<html>", "-----BEGIN AGE ENCRYPTED FILE-----"})
    CHECK_FALSE(is_web_page("application/octet-stream", view_of(other)));
}
