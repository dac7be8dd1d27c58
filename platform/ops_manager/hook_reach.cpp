// SPDX-License-Identifier: ISC
#include "platform/ops_manager/hook_reach.h"

#include <boost/filesystem/operations.hpp>

#include "platform/ops_manager/installation_parts.h"
#include "platform/ops_manager/start_verbs.h"

namespace platform {

namespace {

// Any option will do. It only has to make the verb something other than the first word, because a file may look at $1
// alone.
constexpr const char* option = "--verbose";

std::vector<StartArguments> all_starts() {
  std::vector<StartArguments> starts;
  // Each verb by itself: a file may return early for one verb and not for another, and then the hook guards only some
  // of the starts.
  for (const std::string_view verb : start_verbs) {
    starts.push_back({std::string(verb)});
    starts.push_back({option, std::string(verb)});
  }
  return starts;
}

std::string typed(const StartArguments& arguments) {
  std::string text = "mongodb-mms";
  for (const std::string& argument : arguments) text += " " + argument;
  return "\"" + text + "\"";
}

// A path through links leads Ops Manager to the same key.
bool is_same_file(const Path& left, const Path& right) {
  if (left == right) return true;
  boost::system::error_code error;
  const Path real_left = boost::filesystem::weakly_canonical(left, error);
  if (error) return false;
  const Path real_right = boost::filesystem::weakly_canonical(right, error);
  return !error && real_left == real_right;
}

// Empty if this start is as it should be.
std::string problem_of(const Result<SourcedConf>& conf, const Path& key_file, const Path& root) {
  if (!conf) return conf.error().message;
  // A line can stand in the file and never run, behind a `return` or in a branch that is not taken.
  if (!conf->enc_key_path_at_hook) return "does not reach the hook";
  const auto is_ours = [&](const std::string& path) {
    return is_same_file(whole_path(root) / Path(path).relative_path(), key_file);
  };
  // Before the hook and after the whole file, because a later line can still change the path. Then the gate would
  // examine one file and Ops Manager would read another.
  if (!is_ours(*conf->enc_key_path_at_hook))
    return "reaches the hook with the key file " + *conf->enc_key_path_at_hook + " instead of " + key_file.string();
  if (!is_ours(conf->enc_key_path))
    return "reads the key file " + conf->enc_key_path + " instead of " + key_file.string();
  return {};
}

}  // namespace

HookReach reach_of_hook(const Installation& installation, const Path& root) {
  const auto script = start_script_of(installation);
  if (!script) return {.in_force = false, .problem = "there is no mms.conf"};
  // Without a certain path no start can be said to reach it.
  if (installation.key_file_unknown) return {.in_force = false, .problem = installation.key_file_unknown->message};
  const auto starts = all_starts();
  // One shell for all starts, since starting and confining it is what takes the time.
  const auto confs = source_conf(*script, starts);
  if (!confs) return {.in_force = false, .problem = confs.error().message};
  for (std::size_t index = 0; index < starts.size(); ++index) {
    const std::string problem = problem_of((*confs)[index], installation.key_file, root);
    // One start that passes by is enough: the hook is in force only if every start reaches it.
    if (!problem.empty()) return {.in_force = false, .problem = "a start by " + typed(starts[index]) + " " + problem};
  }
  return {.in_force = true, .problem = {}};
}

}  // namespace platform
