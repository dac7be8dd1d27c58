#include "agent/config.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/claim.h"

// NOLINTBEGIN(cppcoreguidelines-macro-usage): how toml++ is told
#define TOML_EXCEPTIONS 0
// toml++ 3.3 asserts of "[=" what a few lines later it refuses in words: it shall neither abort nor, in a release,
// have the optimizer believe it.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
// NOLINTEND(cppcoreguidelines-macro-usage)
#include <toml++/toml.h>

namespace agent {

namespace {

using platform::Error;
using platform::ErrorKind;
using platform::Path;
using platform::Result;

constexpr std::array<std::string_view, 6> policy_names = {"off", "warn", "local", "default", "majority", "strict"};

// Reads one table: each wanted key once, and at the end whatever is left over is unknown. The first thing that is
// wrong is kept, and nothing after it is believed.
class Table {
 public:
  Table(const toml::table& table, std::string prefix, std::string_view origin, std::optional<Error>& error)
      : table_(table), prefix_(std::move(prefix)), origin_(origin), error_(error) {}

  void truth(std::string_view key, bool& out) {
    if (const toml::node* node = take(key)) {
      if (const auto value = node->value_exact<bool>())
        out = *value;
      else
        wrong(*node, key, "true or false");
    }
  }

  template <class Accept>
  void text(std::string_view key, const char* expected, Accept accept) {
    if (const toml::node* node = take(key)) {
      const auto value = node->value_exact<std::string>();
      if (!value || value->empty() || !accept(*value)) wrong(*node, key, expected);
    }
  }

  template <class Accept>
  void texts(std::string_view key, const char* expected, Accept accept) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr) return wrong(*node, key, expected);
    for (const toml::node& element : *list) {
      const auto value = element.value_exact<std::string>();
      if (!value || value->empty() || !accept(*value)) return wrong(element, key, expected);
    }
  }

  void path(std::string_view key, std::optional<Path>& out) {
    text(key, "an absolute path", [&](const std::string& value) {
      out = Path(value);
      return out->is_absolute();
    });
  }

  void addresses(std::string_view key, std::vector<Address>& out) {
    out.clear();
    texts(key, "a list of HOST or HOST:PORT, each once", [&](const std::string& value) {
      const auto address = parse_address(value);
      if (!address || std::ranges::find(out, *address) != out.end()) return false;
      out.push_back(*address);
      return true;
    });
  }

  template <class Read>
  void table(std::string_view key, Read read) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const toml::table* inner = node->as_table();
    if (inner == nullptr) return wrong(*node, key, "a table");
    Table reader(*inner, prefix_ + std::string(key) + ".", origin_, error_);
    read(reader);
    reader.finish();
  }

  void finish() {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(taken_, key.str()) == taken_.end())
        set(node, "unknown key \"" + prefix_ + std::string(key.str()) + "\"");
    }
  }

 private:
  const toml::node* take(std::string_view key) {
    taken_.push_back(key);
    return table_.get(key);
  }
  void wrong(const toml::node& node, std::string_view key, const char* expected) {
    set(node, "\"" + prefix_ + std::string(key) + "\" must be " + expected);
  }
  void set(const toml::node& node, const std::string& what) {
    if (error_) return;
    error_ = Error{ErrorKind::configuration,
                   std::string(origin_) + ":" + std::to_string(node.source().begin.line) + ": " + what};
  }

  const toml::table& table_;
  std::string prefix_;
  std::string_view origin_;
  std::optional<Error>& error_;
  std::vector<std::string_view> taken_;
};

bool read_layout(const std::string& value, std::optional<platform::Layout>& out) {
  if (value == "package")
    out = platform::Layout::package;
  else if (value == "tar")
    out = platform::Layout::tar;
  else
    return value == "auto";
  return true;
}

bool read_duration(const std::string& value, std::chrono::milliseconds most, std::chrono::milliseconds& out) {
  const auto duration = parse_duration(value);
  if (!duration || *duration > most) return false;
  out = *duration;
  return true;
}

void read_host(Table& table, Config& config) {
  table.truth("first_host", config.first_host);
  table.text("name", "a plain host name", [&](const std::string& value) {
    config.name = value;
    return is_plain_name(value);
  });
  table.text("address", "HOST or HOST:PORT", [&](const std::string& value) {
    const auto address = parse_address(value);
    if (address) config.address = *address;
    return address.has_value();
  });
  table.addresses("peers", config.peers);
  table.path("state_dir", config.state_dir);
  table.path("ticket_file", config.ticket_file);
}

void read_installation(Table& table, Config& config) {
  table.text("kind", "\"auto\", \"package\" or \"tar\" (Windows hosts are not supported by this version)",
             [&](const std::string& value) { return read_layout(value, config.kind); });
  table.path("path", config.install_path);
  table.path("key_file", config.key_file);
  table.text("owner", "USER or USER:GROUP", [&](const std::string& value) {
    config.owner = value;
    return true;
  });
}

void read_serve(Table& table, Config& config) {
  const auto before = config.listen;
  table.addresses("listen", config.listen);
  if (config.listen.empty()) config.listen = before;
  table.truth("refetch", config.refetch);
}

void read_gate(Table& table, Config& config) {
  table.text("policy", "off, warn, local, default, majority or strict", [&](const std::string& value) {
    const auto policy = policy_named(value);
    if (policy) config.policy = *policy;
    return policy.has_value();
  });
  table.text("wait", "a duration of at most 60s, as in \"30s\"", [&](const std::string& value) {
    return read_duration(value, limits::longest_gate_wait, config.gate_wait);
  });
}

void read_tls(Table& table, Config& config) {
  table.path("ca", config.ca);
  table.path("certificate", config.certificate);
  table.path("key", config.certificate_key);
  table.texts("allow", "a list of names, as in \"*.om.example.com\"", [&](const std::string& value) {
    config.allow.push_back(value);
    return true;
  });
}

Result<void> check_together(const Config& config, std::string_view origin) {
  const int parts =
      int{config.ca.has_value()} + int{config.certificate.has_value()} + int{config.certificate_key.has_value()};
  const auto wrong = [&](const char* what) {
    return platform::fail(ErrorKind::configuration, std::string(origin) + ": " + what);
  };
  if (parts != 0 && parts != 3) return wrong("[tls] needs all of ca, certificate and key, or none of them");
  if (config.join_without_ticket && parts == 0) return wrong("[join] without_ticket needs a CA in [tls]");
  if (config.join_without_ticket && config.allow.empty())
    return wrong("[join] without_ticket needs [tls] allow, the names that may have the key");
  return {};
}

// toml++ 3.3 takes U+FD76 to U+FEFE, which its table of white space leaves out, for something that cannot be; what
// follows is undefined. Nothing that stands in a configuration needs these characters.
bool breaks_the_parser(std::string_view character) {
  const auto bits = [&](std::size_t at) { return static_cast<unsigned char>(character[at]) & 0x3fU; };
  const unsigned code = 0xf000U | (bits(1) << 6U) | bits(2);
  return code >= 0xfd76 && code <= 0xfefe;
}

Result<void> check_characters(std::string_view text, std::string_view origin) {
  for (auto at = text.find('\xef'); at != std::string_view::npos; at = text.find('\xef', at + 1)) {
    if (text.size() - at < 3 || !breaks_the_parser(text.substr(at, 3))) continue;
    const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
    return platform::fail(ErrorKind::configuration,
                          std::string(origin) + ":" + std::to_string(line) + ": a character that cannot stand here");
  }
  return {};
}

}  // namespace

std::optional<Policy> policy_named(std::string_view name) {
  const auto found = std::ranges::find(policy_names, name);
  if (found == policy_names.end()) return std::nullopt;
  return static_cast<Policy>(found - policy_names.begin());
}

std::string_view name_of(Policy policy) { return policy_names.at(static_cast<std::size_t>(policy)); }

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  using std::chrono::milliseconds;
  const std::uint64_t number = count;
  if (unit == "ms") return milliseconds(number);
  if (unit == "s") return milliseconds(number * 1'000);
  if (unit == "m") return milliseconds(number * 60'000);
  if (unit == "h") return milliseconds(number * 3'600'000);
  if (unit == "d") return milliseconds(number * 86'400'000);
  return std::nullopt;
}

Result<Config> parse_config(std::string_view text, std::string_view origin) {
  TRY(check_characters(text, origin));
  const toml::parse_result parsed = toml::parse(text, origin);
  if (!parsed) {
    return platform::fail(ErrorKind::configuration, std::string(origin) + ":" +
                                                        std::to_string(parsed.error().source().begin.line) + ": " +
                                                        std::string(parsed.error().description()));
  }
  Config config;
  std::optional<Error> error;
  Table table(parsed.table(), "", origin, error);
  read_host(table, config);
  table.table("installation", [&](Table& inner) { read_installation(inner, config); });
  table.table("serve", [&](Table& inner) { read_serve(inner, config); });
  table.table("gate", [&](Table& inner) { read_gate(inner, config); });
  table.table("tls", [&](Table& inner) { read_tls(inner, config); });
  table.table("join", [&](Table& inner) { inner.truth("without_ticket", config.join_without_ticket); });
  table.finish();
  if (error) return tl::unexpected(std::move(*error));
  TRY(check_together(config, origin));
  return config;
}

}  // namespace agent
