// SPDX-License-Identifier: ISC
// The configuration file: what is set is what is meant, and what is wrong is named with its line.
#include "agent/config/config_file.h"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "agent/base/duration.h"
#include "tests/support/this_system.h"

using agent::Address;
using agent::Bearing;
using agent::Config;
using agent::parse_config;
using agent::parse_duration;
using agent::Policy;
using agent::read_settings;
using platform::Layout;

namespace {

Config read(std::string_view text) {
  auto config = parse_config(text, "agent.toml");
  INFO((config ? "" : config.error().message));
  REQUIRE(config);
  return *config;
}

std::string refusal_of(std::string_view text) {
  const auto config = parse_config(text, "agent.toml");
  REQUIRE_FALSE(config);
  CHECK(config.error().kind == platform::ErrorKind::configuration);
  return config.error().message;
}

std::string replaced(std::string text, const std::string& old, const std::string& own) {
  for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + own.size()))
    text.replace(at, old.size(), own);
  return text;
}

// Every absolute path in `text` as this system has it.
std::string own_paths(const std::string& text) {
  return replaced(replaced(text, "\"/", "\"" + tests::absolute("/")), "\"file:///", "\"" + tests::file_url("/"));
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("an empty configuration is the default one") {
  const Config config = read("");
  CHECK_FALSE(config.first_host);
  CHECK(config.peers.empty());
  CHECK(config.policy == Policy::normal);
  CHECK(config.gate_wait == std::chrono::seconds(30));
  CHECK(config.refetch);
  CHECK(config.facts);
  CHECK_FALSE(config.join_without_ticket);
  CHECK(config.listen == std::vector<Address>{{"0.0.0.0", 27424}, {"::", 27424}});
}

TEST_CASE("every setting is read") {
  const Config config = read(own_paths(R"(
first_host = true
name = "om1"
address = "om1.example.com"
peers = ["om1.example.com", "om2.example.com:5", "[::1]:6"]
state_dir = "/s"
ticket_file = "/t"
[installation]
kind = "tar"
path = "/opt/om"
key_file = "/k"
owner = "mms:mms"
[serve]
listen = ["127.0.0.1:9"]
refetch = false
facts = false
[gate]
policy = "strict"
wait = "500ms"
[tls]
ca = "/ca"
certificate = "/c"
key = "/ck"
allow = ["*.om.example.com"]
[join]
without_ticket = true
)"));
  CHECK(config.first_host);
  CHECK(config.name == "om1");
  CHECK(config.address == Address{"om1.example.com", 27424});
  CHECK(config.peers == std::vector<Address>{{"om1.example.com", 27424}, {"om2.example.com", 5}, {"::1", 6}});
  CHECK(config.state_dir == tests::absolute("/s"));
  CHECK(config.ticket_file == tests::absolute("/t"));
  CHECK(config.kind == Layout::tar);
  CHECK(config.install_path == tests::absolute("/opt/om"));
  CHECK(config.key_file == tests::absolute("/k"));
  CHECK(config.owner == "mms:mms");
  CHECK(config.listen == std::vector<Address>{{"127.0.0.1", 9}});
  CHECK_FALSE(config.refetch);
  CHECK_FALSE(config.facts);
  CHECK(config.policy == Policy::strict);
  CHECK(config.gate_wait == std::chrono::milliseconds(500));
  CHECK(config.ca == tests::absolute("/ca"));
  CHECK(config.certificate == tests::absolute("/c"));
  CHECK(config.certificate_key == tests::absolute("/ck"));
  CHECK(config.allow == std::vector<std::string>{"*.om.example.com"});
  CHECK(config.join_without_ticket);
}

TEST_CASE("an unknown key is an error with its line, its full name and the nearest key that there is") {
  CHECK(refusal_of("name = \"om1\"\n\nfrist_host = true\n") ==
        "agent.toml:3: unknown key \"frist_host\" (did you mean \"first_host\"?)");
  CHECK(refusal_of("[gate]\npolice = \"warn\"\n") ==
        "agent.toml:2: unknown key \"gate.police\" (did you mean \"gate.policy\"?)");
  CHECK(refusal_of("[gates]\n") == "agent.toml:1: unknown key \"gates\" (did you mean \"gate\"?)");
  CHECK(refusal_of("First-Host = true\n") == "agent.toml:1: unknown key \"First-Host\" (did you mean \"first_host\"?)");
  CHECK(refusal_of("colour = true\n") == "agent.toml:1: unknown key \"colour\"");
  // A table that is not there has no keys that could be meant.
  CHECK(refusal_of("police = \"warn\"\n") == "agent.toml:1: unknown key \"police\"");
}

TEST_CASE("a mistyped value is answered with the one that was meant, and is not repeated") {
  CHECK(refusal_of("[gate]\npolicy = \"wran\"\n") ==
        "agent.toml:2: \"gate.policy\" must be off, warn, local, default, majority or strict (did you mean \"warn\"?)");
  CHECK(contains(refusal_of("[installation]\nkind = \"packagee\"\n"), "or \"windows\" (did you mean \"package\"?)"));
  CHECK(contains(refusal_of("[backup]\ndestinations = [\"s3:/bucket/om\"]\n"), " (did you mean \"s3://\"?)"));
  CHECK(refusal_of("first_host = \"true\"\n") == "agent.toml:1: \"first_host\" must be true or false, without quotes");
}

TEST_CASE("a value of the wrong type is an error with its line, its key and what it must be") {
  CHECK(refusal_of("\nfirst_host = \"yes\"\n") == "agent.toml:2: \"first_host\" must be true or false, without quotes");
  CHECK(contains(refusal_of("first_host = 1\n"), "agent.toml:1: \"first_host\""));
  CHECK(contains(refusal_of("peers = \"om1\"\n"), "agent.toml:1: \"peers\" must be a list"));
  CHECK(contains(refusal_of("peers = [1]\n"), "\"peers\""));
  CHECK(contains(refusal_of("name = 5\n"), "\"name\""));
  CHECK(contains(refusal_of("gate = 5\n"), "\"gate\" must be a table"));
  CHECK(contains(refusal_of("[[gate]]\n"), "\"gate\" must be a table"));
  CHECK(contains(refusal_of("[gate]\nwait = 30\n"), "agent.toml:2: \"gate.wait\""));
}

TEST_CASE("a peer that is listed twice is an error, also when its port is written out once") {
  CHECK(refusal_of("peers = [\n\"om1\",\n\"om1\"]\n") == "agent.toml:3: \"peers\" has om1 twice");
  CHECK(refusal_of("peers = [\"om1\", \"om1:27424\"]\n") == "agent.toml:1: \"peers\" has om1:27424 twice");
  CHECK(refusal_of("[serve]\nlisten = [\"[::]:1\", \"[::]:1\"]\n") ==
        "agent.toml:2: \"serve.listen\" has [::]:1 twice");
}

TEST_CASE("a peer of the wrong type or form is not said to be listed twice") {
  for (const char* text : {"peers = 5\n", "peers = [5]\n", "peers = [\"om1\", \"\"]\n"}) {
    CAPTURE(text);
    CHECK(refusal_of(text) == "agent.toml:1: \"peers\" must be a list of HOST or HOST:PORT");
  }
  CHECK(refusal_of("peers = [\"om1\", \"a b\"]\n") == "agent.toml:1: \"peers\", entry 2: expected HOST or HOST:PORT");
}

TEST_CASE("an empty value is an error, not the default") {
  for (const char* text : {"name = \"\"", "address = \"\"", "state_dir = \"\"", "peers = [\"\"]",
                           "[gate]\npolicy = \"\"", "[installation]\nowner = \"\"", "[tls]\nallow = [\"\"]"}) {
    CAPTURE(text);
    refusal_of(text);
  }
}

TEST_CASE("values that cannot be meant are refused") {
  for (const char* text :
       {"state_dir = \"relative\"", "name = \"two words\"", "address = \"a b\"", "address = \"om1:99999\"",
        "[gate]\npolicy = \"normal\"", "[gate]\nwait = \"61s\"", "[gate]\nwait = \"-1s\"",
        "[installation]\nkind = \"msi\"", "[installation]\nkind = \"rpm\""}) {
    CAPTURE(text);
    refusal_of(text);
  }
}

TEST_CASE("an address that cannot be used is refused where it stands") {
  CHECK(refusal_of("\npeers = [\"om1:0\"]") == "agent.toml:2: \"peers\", entry 1: nobody can connect to port 0");
  refusal_of("address = \"om1:0\"");
  for (const char* address : {"om1.example.com", "localhost:27424", "1.2.3.4.5", "[om1]:27424"}) {
    CAPTURE(address);
    CHECK(contains(refusal_of("[serve]\nlisten = [\"127.0.0.1\", \"" + std::string(address) + "\"]"),
                   "agent.toml:2: \"serve.listen\", entry 2: expected a numeric address"));
  }
  // The system chooses the port.
  CHECK(read("[serve]\nlisten = [\"127.0.0.1:0\", \"::1\"]").listen.size() == 2);
}

TEST_CASE("what is no TOML is an error with its line") {
  CHECK(contains(refusal_of("name = \"om1\"\nname = \"om2\"\n"), "agent.toml:2:"));
  CHECK(contains(refusal_of("\n\n= 5\n"), "agent.toml:3:"));
  CHECK(contains(refusal_of("name = \"om1"), "agent.toml:1:"));
  refusal_of(std::string_view("\0\1\2\xff\xfe", 5));
}

// Found by fuzz_config: assertions of toml++ 3.3.
TEST_CASE("a table whose name begins with no letter is an error with its line, and does not end the program") {
  for (const char* text : {"[.a]", "[=", "[[[a]]]", "[[=", "[ .", "[\x07"}) {
    CAPTURE(text);
    CHECK(contains(refusal_of("\n" + std::string(text) + "\n"), "agent.toml:2:"));
  }
}

// Found by fuzz_config: undefined behaviour of toml++ 3.3, seen by the sanitizer.
TEST_CASE("letters beyond ASCII are an error with its line where a key belongs, and welcome in comments") {
  for (const char* letter : {"\xef\xb7\xbf", "\xca\x9d", "\xc3\xb6", "\xd0\x96", "\xe3\x80\x81"}) {
    CAPTURE(letter);
    CHECK(contains(refusal_of("first_host = true\nn" + std::string(letter) + " = 1\n"), "agent.toml:2:"));
    CHECK(contains(refusal_of("first_host = true" + std::string(letter) + "\n"), "agent.toml:1:"));
    CHECK(read("# " + std::string(letter) + "\nfirst_host = true\n").first_host);
  }
}

TEST_CASE("a configuration with carriage returns is read like any other") {
  CHECK(read("first_host = true\r\n[gate]\r\npolicy = \"warn\"\r\n").policy == Policy::warn);
}

TEST_CASE("a certificate authority is configured whole or not at all") {
  CHECK(contains(refusal_of(own_paths("[tls]\nca = \"/ca\"\n")), "all of ca, certificate and key"));
  CHECK(contains(refusal_of("[join]\nwithout_ticket = true\n"), "needs a CA"));
  const char* without_names = "[tls]\nca=\"/a\"\ncertificate=\"/b\"\nkey=\"/c\"\n[join]\nwithout_ticket = true\n";
  CHECK(contains(refusal_of(own_paths(without_names)), "[tls] allow"));
}

TEST_CASE("every policy is read by the name that it is shown by") {
  for (const char* name : {"off", "warn", "local", "default", "majority", "strict"}) {
    const auto policy = agent::policy_names.find(name);
    REQUIRE(policy);
    CHECK(agent::policy_names.of(*policy) == name);
  }
  CHECK_FALSE(agent::policy_names.find("Default"));
  CHECK_FALSE(agent::policy_names.find(""));
}

TEST_CASE("durations have units, and whole numbers") {
  using namespace std::chrono_literals;
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("30s") == 30s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("7d") == 168h);
  CHECK(parse_duration("0s") == 0ms);
  CHECK(parse_duration("4294967295d") == std::chrono::days(4294967295));
  for (const char* text :
       {"", "30", "s", "-1s", "+1s", "1.5s", " 1s", "1s ", "1 s", "1S", "1w", "4294967296s", "1ss"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("what backups need is read") {
  const Config config = read(own_paths(R"(
[backup]
recipients = ["age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0"]
certificates = ["/etc/genkey-agent/backup.pem"]
destinations = ["file:///var/backups/genkey-agent", "s3://bucket/om"]
host_state = false
keep = 5
stale_after = "8d"
drill_stale_after = "400d"
)"));
  REQUIRE(config.recipients.size() == 1);
  CHECK(keystore::age::to_text(config.recipients.front()) ==
        "age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0");
  CHECK(config.certificates == std::vector<platform::Path>{tests::absolute("/etc/genkey-agent/backup.pem")});
  REQUIRE(config.destinations.size() == 2);
  CHECK(agent::text_of(config.destinations.front()) == tests::file_url("/var/backups/genkey-agent"));
  CHECK(agent::text_of(config.destinations.back()) == "s3://bucket/om");
  CHECK_FALSE(config.host_state);
  CHECK(config.keep == 5);
  CHECK(config.stale_after == std::chrono::days(8));
  CHECK(config.drill_stale_after == std::chrono::days(400));
}

TEST_CASE("without words on backups nobody is encrypted to, and the ages are those of a month and a quarter") {
  const Config config = read("");
  CHECK(config.recipients.empty());
  CHECK(config.destinations.empty());
  CHECK(config.host_state);
  CHECK(config.keep == 3);
  CHECK(config.stale_after == std::chrono::days(35));
  CHECK(config.drill_stale_after == std::chrono::days(100));
}

TEST_CASE("what is wrong with backups is named with its line, and an identity is not repeated") {
  const auto refusal = [](const std::string& line) { return refusal_of("[backup]\n\n" + line); };
  CHECK(contains(refusal("recipients = [\"age1nonsense\"]"), "agent.toml:3: \"backup.recipients\""));
  CHECK(contains(refusal("recipients = [\"\"]"), "agent.toml:3: \"backup.recipients\""));
  CHECK(contains(refusal("recipients = \"age1\""), "agent.toml:3: \"backup.recipients\" must be a list"));
  CHECK(contains(refusal("certificates = [\"backup.pem\"]"), "agent.toml:3: \"backup.certificates\""));
  CHECK(contains(refusal("destinations = [\"/var/backups\"]"), "agent.toml:3: \"backup.destinations\""));
  CHECK(contains(refusal(own_paths("destinations = [\"file:///a\", \"file:///a\"]")), "twice"));
  CHECK(contains(refusal("host_state = 1"), "agent.toml:3: \"backup.host_state\" must be true or false"));
  CHECK(contains(refusal("keep = 0"), "agent.toml:3: \"backup.keep\" must be a number"));
  CHECK(contains(refusal("keep = \"3\""), "agent.toml:3: \"backup.keep\" must be a number"));
  CHECK(contains(refusal("stale_after = \"1s\""), "agent.toml:3: \"backup.stale_after\" must be a duration"));
  CHECK(contains(refusal("drill_stale_after = 100"), "agent.toml:3: \"backup.drill_stale_after\""));
  CHECK(contains(refusal("recipient = []"), "agent.toml:3: unknown key \"backup.recipient\""));
  const std::string secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
  CHECK_FALSE(contains(refusal("recipients = [\"" + secret + "\"]"), "QQQQ"));
}

TEST_CASE(
    "the policy is read although something else in the file is wrong, and each mistake says what the gate lacks") {
  const auto settings = read_settings(own_paths("frist_host = true\n"
                                                "ticket_file = 3\n"
                                                "peers = [\"a b\"]\n"
                                                "state_dir = \"relative\"\n"
                                                "[gate]\npolicy = \"warn\"\nwait = \"1 hour\"\npolciy = \"off\"\n"
                                                "[backup]\nrecipient = []\n"),
                                      "agent.toml");
  CHECK(settings.config.policy == Policy::warn);
  CHECK(settings.config.peers.empty());
  CHECK_FALSE(settings.config.state_dir);
  std::vector<std::pair<std::string, Bearing>> found;
  for (const auto& mistake : settings.mistakes) found.emplace_back(mistake.error.message, mistake.bearing);
  const auto bearing_of = [&](std::string_view part) {
    for (const auto& [message, bearing] : found)
      if (contains(message, part)) return bearing;
    FAIL("no such mistake: ", part);
    return Bearing::none;
  };
  CHECK(found.size() == 7);
  CHECK(bearing_of("ticket_file") == Bearing::none);
  CHECK(bearing_of("gate.wait") == Bearing::none);
  CHECK(bearing_of("backup.recipient") == Bearing::none);
  CHECK(bearing_of("gate.polciy") == Bearing::policy);
  CHECK(bearing_of("\"peers\"") == Bearing::peers);
  CHECK(bearing_of("state_dir") == Bearing::place);
  CHECK(bearing_of("frist_host") == Bearing::place);
}

TEST_CASE("a mistake in the policy leaves the default, and never off") {
  for (const char* policy :
       {"policy = \"of\"", "policy = \"\"", "policy = false", "policy = [\"off\"]", "policy = 0"}) {
    CAPTURE(policy);
    const auto settings = read_settings("[gate]\n" + std::string(policy) + "\n", "agent.toml");
    CHECK(settings.config.policy == Policy::normal);
    REQUIRE(settings.mistakes.size() == 1);
    CHECK(settings.mistakes.front().bearing == Bearing::policy);
    CHECK(contains(settings.mistakes.front().error.message, "agent.toml:2: \"gate.policy\" must be off, warn"));
  }
  CHECK(read_settings("gate = \"off\"\n", "agent.toml").config.policy == Policy::normal);
}

TEST_CASE("where the file is not TOML, the policy is read from the lines of its table alone") {
  const auto policy_in = [](const std::string& lines) {
    const auto settings = read_settings("peers = [\n" + lines, "agent.toml");
    REQUIRE_FALSE(settings.mistakes.empty());
    CHECK(settings.mistakes.front().bearing == Bearing::place);
    return std::pair(settings.config.policy, settings.mistakes.size());
  };
  using Found = std::pair<Policy, std::size_t>;
  CHECK(policy_in("[gate]\npolicy = \"warn\"\n") == Found(Policy::warn, 1));
  CHECK(policy_in("  [ gate ] # here\r\n\twait = \"1s\"\r\n  policy='off' # for now\r\n") == Found(Policy::off, 1));
  CHECK(policy_in("[gate]\npolicy = \"warn\"\npolicy = \"warn\"") == Found(Policy::warn, 1));
  CHECK(policy_in("gate.policy = \"strict\"\n") == Found(Policy::strict, 1));
  CHECK(policy_in("[serve]\npolicy = \"off\"\n") == Found(Policy::normal, 1));
  CHECK(policy_in("[[gate]]\npolicy = \"off\"\n") == Found(Policy::normal, 1));
  CHECK(policy_in("[gate]\n# policy = \"off\"\npolicy_ = \"off\"\n[tls]\npolicy = \"off\"\n") ==
        Found(Policy::normal, 1));
  for (const char* wrong : {"policy = \"of\"", "policy = off", "policy = \"off", "policy = \"off\" x",
                            "policy =", "policy = \"off\"\npolicy = \"warn\""}) {
    CAPTURE(wrong);
    CHECK(policy_in("[gate]\n" + std::string(wrong) + "\n") == Found(Policy::normal, 2));
  }
}

TEST_CASE("no value of any key is repeated when it is refused, and no part of a text that is not TOML") {
  const std::string secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
  for (const std::string& value : {secret, " " + secret + "\\r\\n", std::string("s3://me:QQQQ@bucket/om"),
                                   std::string("gka1_QQQQQQQQQQQQ"), std::string("a QQQQ horse")}) {
    for (const char* line : {"name = V",
                             "address = V",
                             "peers = [V]",
                             "state_dir = V",
                             "ticket_file = V",
                             "[installation]\nkind = V",
                             "[installation]\npath = V",
                             "[installation]\nkey_file = V",
                             "[serve]\nlisten = [V]",
                             "[gate]\npolicy = V",
                             "[gate]\nwait = V",
                             "[tls]\nca = V",
                             "[backup]\nrecipients = [V]",
                             "[backup]\nrecipients = [\"age1QQQQ\", V]",
                             "[backup]\ncertificates = [V]",
                             "[backup]\ndestinations = [V]",
                             "[backup]\nstale_after = V",
                             "V = 1",
                             "[V]",
                             "first_host = V",
                             "[backup]\nkeep = V"}) {
      const std::string text = replaced(line, "V", "\"" + value + "\"");
      CAPTURE(text);
      CHECK_FALSE(contains(refusal_of(text), "QQQQ"));
    }
  }
  for (const std::string& text :
       std::vector<std::string>{"name = " + secret, secret, "name = tQQQQ", "name = fQQQQ", "name = 12QQQQ", "\"QQQQ",
                                "name = \"a\nQQQQ", "a = 1\n[QQQQ]\n[QQQQ]", std::string("a.QQQQ = 1\na.QQQQ = 2"),
                                std::string("name = 99999999999999999999QQQQ"), std::string("name = 0xQQQQ"),
                                std::string("name = 77771234567890123456789")}) {
    CAPTURE(text);
    const std::string refusal = refusal_of(text);
    CHECK_FALSE(contains(refusal, "QQQQ"));
    CHECK_FALSE(contains(refusal, "7777"));
  }
}

TEST_CASE("a secret in place of a name is refused before it becomes one, with what it looks like") {
  const std::string refusal = refusal_of("name = \"AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQ\"\n");
  CHECK(contains(refusal, "agent.toml:1: \"name\" looks like an age identity, which is secret"));
  CHECK(
      contains(refusal_of("[backup]\nrecipients = [\"age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0\", "
                          "\" age-secret-key-1qqq\"]\n"),
               "\"backup.recipients\", entry 2 looks like an age identity"));
}

TEST_CASE("every wrong entry of a list, and every broken rule, is named with its line") {
  const auto settings =
      read_settings("peers = [\n\"om1\",\n\"a b\",\n\"om2\",\n\"c d\"]\nkeeep = 1\n[gate]\nwait = 3\n", "agent.toml");
  REQUIRE(settings.mistakes.size() == 4);
  CHECK(contains(settings.mistakes[0].error.message, "agent.toml:3: \"peers\", entry 2"));
  CHECK(contains(settings.mistakes[1].error.message, "agent.toml:5: \"peers\", entry 4"));
  CHECK(contains(settings.mistakes[2].error.message, "agent.toml:8: \"gate.wait\""));
  CHECK(contains(settings.mistakes[3].error.message, "agent.toml:6:"));
  // Half a list would be another one than was meant.
  CHECK(settings.config.peers.empty());
  CHECK(read_settings("[join]\nwithout_ticket = true\n", "agent.toml").mistakes.size() == 2);
}

TEST_CASE("each key of the file is known with its line") {
  const auto settings = read_settings("name = \"om1\"\n\n[gate]\npolicy = \"warn\"\n", "agent.toml");
  CHECK(settings.lines == decltype(settings.lines){{"name", 1}, {"gate.policy", 4}});
}
