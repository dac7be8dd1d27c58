// SPDX-License-Identifier: ISC
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
  plain,    // a key file that the user named, and no installation
};

/// What the user said. Each empty part is found out.
struct InstallationRequest {
  std::optional<Layout> layout;
  std::optional<Path> install_path;  // for tar and Windows
  std::optional<Path> key_file;      // overrides what the layout says
  std::optional<std::string> owner;  // USER[:GROUP]
  /// Whether the key file is that of the installation on this host, if there is one. Without this a key file alone is a
  /// trial, and nothing is looked for.
  bool key_file_is_installed = false;
  /// Where the installation's file system starts: a prefix for the package's paths, for what mms.conf says and for
  /// homes, never for the two paths above. Only tests and the demonstration change it.
  Path root = "/";
};

struct Installation {
  Layout layout = Layout::plain;
  std::optional<Path> install_path;  // /opt/mongodb/mms, the tar's directory, or the directory with Secrets and Server
  Path key_file;                     // absolute; empty when it cannot be found out, for the reason in the next member
  std::optional<Error> key_file_unknown;
  Account service;                     // the account that reads the key; key files are installed with this owner
  std::vector<Path> other_candidates;  // files that exist and that Ops Manager might take instead, by mistake
  MmsProperties properties;            // of conf/conf-mms.properties; defaults when there is none
};

/// Where the files of settings are, even if they are missing. Nothing if no installation is known, or the layout has no
/// such file.
std::optional<Path> properties_file(const Installation& installation);  // conf-mms.properties
std::optional<Path> mms_conf_file(const Installation& installation);    // what a start script reads: not on Windows
/// What the start script does with mms.conf. Nothing without that file.
std::optional<StartScript> start_script_of(const Installation& installation);

/// not_installed when Ops Manager's account or directory is not there yet; usage when a layout lacks the path that it
/// needs. If the request names the key file, no shell is started, and the service's account is the named owner, or else
/// the package's account or the owner of the installation's directory. A key file of the package that somebody other
/// than root owns already names the account too, unless the request has a layout. Otherwise mms.conf is sourced
/// (sourced_conf.h) for a start, as that account; if it sets another MMS_USER, once more as that account. HOME is that
/// account's home, never the caller's. If the file gives no path, key_file_unknown says why. The directory of a tar
/// layout's key file need not exist yet.
///
/// Windows has the windows layout and the plain one. The path is that of the installation or of its MMSData; the
/// service's account is the one that the vendor's services are configured with, or else SYSTEM.
Result<Installation> find_installation(const InstallationRequest& request);

/// Where the package of Ops Manager will have its key, for commands that run before it is installed. The key's future
/// owner is not known yet, so the service is the caller's own account. Nothing for a tar layout, which has no fixed
/// path.
std::optional<Installation> expected_installation(const InstallationRequest& request);

}  // namespace platform
