// Where Ops Manager is installed on this host and which key file its service will read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/ops_manager/mms_properties.h"
#include "platform/ops_manager/sourced_conf.h"

namespace platform {

enum class Layout : std::uint8_t {
  package,  // rpm and deb: /opt/mongodb/mms, /etc/mongodb-mms/gen.key, mongodb-mms
  tar,      // <path>/conf/mms.conf, by default ${HOME}/.mongodb-mms/gen.key of the account that runs the service
  windows,  // <path>\MMSData\Secrets\gen.key, of the account that the vendor's services run as
  plain,    // a key file that was named by the user; nothing is known of an installation
};

/// What the user said; each empty part is found out.
struct InstallationRequest {
  std::optional<Layout> layout;
  std::optional<Path> install_path;  // for tar and Windows
  std::optional<Path> key_file;      // overrides what the layout says
  std::optional<std::string> owner;  // USER[:GROUP]
  /// Where the installation's file system starts: a prefix for the package's paths, for what mms.conf says and for
  /// homes, never for the two paths above. Only tests and the demonstration change it.
  Path root = "/";
};

struct Installation {
  Layout layout = Layout::plain;
  std::optional<Path> install_path;  // /opt/mongodb/mms, the tar's directory, or what has Secrets and Server in it
  Path key_file;                     // absolute; empty when nobody can tell, and then this says why:
  std::optional<Error> key_file_unknown;
  Account service;                     // who reads it; key files are installed as this owner
  std::vector<Path> other_candidates;  // files that exist and that Ops Manager might take instead, by mistake
  MmsProperties properties;            // of conf/conf-mms.properties; defaults when there is none
};

/// Where its files of settings are, whether they are there or not; nothing where no installation is known, or the
/// layout has no such file.
std::optional<Path> properties_file(const Installation& installation);  // conf-mms.properties
std::optional<Path> mms_conf_file(const Installation& installation);    // what a start script reads: not on Windows
/// Its start script, as far as it concerns mms.conf. Nothing where there is no such file.
std::optional<StartScript> start_script_of(const Installation& installation);

/// not_installed when Ops Manager's account or directory is not there yet; usage when a layout lacks the path that it
/// needs. Where the request names the key file, no shell is started, and the service's account is the named owner, else
/// the package's or the owner of the installation's directory. Otherwise mms.conf is sourced (sourced_conf.h) for a
/// start, as that account; where it sets another MMS_USER, once more as that one. HOME is that account's home, never
/// the caller's. Where the file comes to no path, key_file_unknown says why. The directory of a tar layout's key file
/// need not exist yet.
///
/// On Windows there is the windows layout and the plain one: the path is that of the installation or of its MMSData;
/// the service's account is the one that the vendor's services are configured with, else SYSTEM.
Result<Installation> find_installation(const InstallationRequest& request);

/// Where the package of Ops Manager would have its key, for what runs already before it is installed. Whose the key
/// will be nobody knows yet: the service is the caller's own account. Nothing for a tar layout, whose places are its
/// own.
std::optional<Installation> expected_installation(const InstallationRequest& request);

}  // namespace platform
