// SPDX-License-Identifier: ISC
// Reads standard input and writes standard output, with the library that `backup` and `restore` use:
//
//   age-files seal     -r RECIPIENT... | -R FILE | -p FILE [-w WORK_FACTOR]   [-a]
//   age-files open     -i FILE... | -p FILE                                   [-a]
//   age-files inspect
//   age-files seal-cms -c CERTIFICATES...                                     [-a]
//   age-files open-cms -k KEY [-p FILE]
//   age-files new-identity
//
// -p names a file that holds only a passphrase. -a writes armor or PEM, and accepts nothing else when it reads. A
// failure is one line, KIND: SENTENCE, with exit code 1.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "keystore/age/armor.h"
#include "keystore/age/file.h"
#include "keystore/cms/message.h"
#include "platform/processes/utf8_start.h"
#include "tests/support/libsodium.h"

namespace {

namespace age = keystore::age;
using platform::Bytes;
using platform::BytesView;
using platform::Result;
using platform::SecretBytes;

using Options = std::multimap<std::string, std::string>;

std::string read_all(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return read_all(file);
}

SecretBytes secret_of(std::string_view text) {
  SecretBytes secret(text.size());
  std::ranges::copy(platform::view_of(text), secret.reveal_for_writing().begin());
  return secret;
}

void write(BytesView bytes) {
  const std::string_view text = platform::text_of(bytes);
  std::cout.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
}

Options options_of(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& name = words[at];
    options.emplace(name, name == "-a" ? "" : words.at(++at));
  }
  return options;
}

std::vector<std::string> all(const Options& options, const std::string& name) {
  std::vector<std::string> values;
  for (auto [at, end] = options.equal_range(name); at != end; ++at) values.push_back(at->second);
  return values;
}

age::Form form_of(const Options& options) { return options.contains("-a") ? age::Form::armored : age::Form::binary; }

Result<keystore::Passphrase> passphrase_of(const std::string& path) {
  return keystore::Passphrase::create(secret_of(read_file(path)));
}

Result<std::vector<age::Recipient>> recipients_of(const Options& options) {
  std::vector<age::Recipient> recipients;
  for (const std::string& text : all(options, "-r")) recipients.push_back(TRY(age::parse_recipient(text)));
  for (const std::string& path : all(options, "-R")) {
    const auto more = TRY(age::parse_recipients_file(read_file(path)));
    recipients.insert(recipients.end(), more.begin(), more.end());
  }
  return recipients;
}

Result<void> seal(const Options& options) {
  const SecretBytes plaintext = secret_of(read_all(std::cin));
  if (!options.contains("-p")) {
    const auto recipients = TRY(recipients_of(options));
    write(TRY(age::seal(plaintext, recipients, form_of(options))));
    return {};
  }
  const auto passphrase = TRY(passphrase_of(options.find("-p")->second));
  const auto work_factors = all(options, "-w");
  const int work_factor = work_factors.empty() ? age::limits::work_factor : std::stoi(work_factors.front());
  write(TRY(age::seal(plaintext, passphrase, form_of(options), work_factor)));
  return {};
}

Result<std::vector<age::Identity>> identities_of(const Options& options) {
  std::vector<age::Identity> identities;
  for (const std::string& path : all(options, "-i")) {
    for (auto& identity : TRY(age::parse_identities(secret_of(read_file(path))))) {
      identities.push_back(std::move(identity));
    }
  }
  for (const std::string& path : all(options, "-p")) identities.emplace_back(TRY(passphrase_of(path)));
  return identities;
}

Result<void> open(const Options& options) {
  const std::string input = read_all(std::cin);
  const auto identities = TRY(identities_of(options));
  const BytesView file = platform::view_of(input);
  const Bytes decoded = options.contains("-a") ? TRY(age::decode_armor(file)) : Bytes();
  const SecretBytes plaintext = TRY(age::open(options.contains("-a") ? BytesView(decoded) : file, identities));
  write(plaintext.reveal());
  return {};
}

Result<void> inspect(const Options& /*options*/) {
  const std::string input = read_all(std::cin);
  const age::Inspection inspection = TRY(age::inspect(platform::view_of(input)));
  std::cout << (inspection.form == age::Form::armored ? "armored" : "binary") << ' ' << inspection.plaintext_size;
  for (const std::string& kind : inspection.recipients) std::cout << ' ' << kind;
  std::cout << '\n';
  return {};
}

Result<void> new_identity(const Options& /*options*/) {
  write(age::new_identity(platform::now()).file.reveal());
  return {};
}

Result<void> seal_cms(const Options& options) {
  const SecretBytes plaintext = secret_of(read_all(std::cin));
  std::vector<keystore::cms::Certificate> recipients;
  for (const std::string& path : all(options, "-c")) {
    for (auto& certificate : TRY(keystore::cms::Certificate::parse(read_file(path)))) recipients.push_back(certificate);
  }
  const auto form = options.contains("-a") ? keystore::cms::Form::pem : keystore::cms::Form::der;
  write(TRY(keystore::cms::seal(plaintext, recipients, form)));
  return {};
}

Result<void> open_cms(const Options& options) {
  const std::string input = read_all(std::cin);
  std::optional<keystore::Passphrase> passphrase;
  if (options.contains("-p")) passphrase.emplace(TRY(passphrase_of(options.find("-p")->second)));
  const SecretBytes pem = secret_of(read_file(options.find("-k")->second));
  const auto key = TRY(keystore::cms::PrivateKey::parse(pem, passphrase ? &*passphrase : nullptr));
  write(TRY(keystore::cms::open(platform::view_of(input), key)).reveal());
  return {};
}

const std::map<std::string, Result<void> (*)(const Options&)> commands = {
    {"seal", seal},         {"open", open},        {"inspect", inspect}, {"new-identity", new_identity},
    {"seal-cms", seal_cms}, {"open-cms", open_cms}};

std::string name_of(platform::ErrorKind kind) {
  switch (kind) {  // NOLINT(clang-diagnostic-switch-enum): the others do not come from this library
    case platform::ErrorKind::bad_backup: return "bad-backup";
    case platform::ErrorKind::wrong_identity: return "wrong-identity";
    case platform::ErrorKind::usage: return "usage";
    case platform::ErrorKind::configuration: return "configuration";
    default: return "other";
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> words = platform::start_program(count, arguments);
  words.erase(words.begin());
  const auto done = commands.at(words.at(0))(options_of(words));
  if (done) return 0;
  std::cerr << name_of(done.error().kind) << ": " << done.error().message << '\n';
  return 1;
}
