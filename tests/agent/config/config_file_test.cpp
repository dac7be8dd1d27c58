// SPDX-License-Identifier: ISC
// The configuration file: what is set is what is meant, and what is wrong is named with its line.
#include "agent/config/config_file.h"

#include <doctest/doctest.h>

#include "tests/support/this_system.h"

using agent::Address;
using agent::Config;
using agent::parse_config;
using agent::parse_duration;
using agent::Policy;
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
  CHECK(config.policy == Policy::strict);
  CHECK(config.gate_wait == std::chrono::milliseconds(500));
  CHECK(config.ca == tests::absolute("/ca"));
  CHECK(config.certificate == tests::absolute("/c"));
  CHECK(config.certificate_key == tests::absolute("/ck"));
  CHECK(config.allow == std::vector<std::string>{"*.om.example.com"});
  CHECK(config.join_without_ticket);
}

TEST_CASE("an unknown key is an error with its line and its full name") {
  CHECK(refusal_of("name = \"om1\"\n\nfrist_host = true\n") == "agent.toml:3: unknown key \"frist_host\"");
  CHECK(refusal_of("[gate]\npolice = \"warn\"\n") == "agent.toml:2: unknown key \"gate.police\"");
  CHECK(contains(refusal_of("[gates]\n"), "unknown key \"gates\""));
  CHECK(contains(refusal_of("First_Host = true\n"), "unknown key"));
}

TEST_CASE("a value of the wrong type is an error with its line, its key and what it must be") {
  CHECK(refusal_of("\nfirst_host = \"yes\"\n") == "agent.toml:2: \"first_host\" must be true or false");
  CHECK(contains(refusal_of("first_host = 1\n"), "agent.toml:1: \"first_host\""));
  CHECK(contains(refusal_of("peers = \"om1\"\n"), "agent.toml:1: \"peers\" must be a list"));
  CHECK(contains(refusal_of("peers = [1]\n"), "\"peers\""));
  CHECK(contains(refusal_of("name = 5\n"), "\"name\""));
  CHECK(contains(refusal_of("gate = 5\n"), "\"gate\" must be a table"));
  CHECK(contains(refusal_of("[[gate]]\n"), "\"gate\" must be a table"));
  CHECK(contains(refusal_of("[gate]\nwait = 30\n"), "agent.toml:2: \"gate.wait\""));
}

TEST_CASE("a peer that is listed twice is an error, also when its port is written out once") {
  CHECK(refusal_of("peers = [\n\"om1\",\n\"om1\"]\n") == "agent.toml:3: \"peers\" has om1:27424 twice");
  CHECK(refusal_of("peers = [\"om1\", \"om1:27424\"]\n") == "agent.toml:1: \"peers\" has om1:27424 twice");
  CHECK(refusal_of("[serve]\nlisten = [\"[::]:1\", \"[::]:1\"]\n") ==
        "agent.toml:2: \"serve.listen\" has [::]:1 twice");
}

TEST_CASE("a peer of the wrong type or form is not said to be listed twice") {
  for (const char* text :
       {"peers = 5\n", "peers = [5]\n", "peers = [\"a b\"]\n", "peers = [\"om1\", \"om1\", \"\"]\n"}) {
    CAPTURE(text);
    CHECK(refusal_of(text) == "agent.toml:1: \"peers\" must be a list of HOST or HOST:PORT");
  }
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
