// SPDX-License-Identifier: ISC
// What can be said about a finding without looking at an installation. The texts are shown as they are, to people who
// may know nothing about the subject.
#pragma once

#include <span>
#include <string_view>

#include "agent/config/doctor_groups.h"
#include "agent/doctor/finding.h"

namespace agent {

struct DoctorPage {
  std::string_view title;  // of the vendor's page and section
  std::string_view url;    // of the newest version
};

struct CatalogueEntry {
  std::string_view id;
  DoctorGroup group;
  std::span<const DoctorResult> results;  // what it can be besides ok and accepted, the worst first
  // Two clauses that begin in lower case and have no full stop. `title` says what is wrong, and stands behind an object
  // ("om1: the certificate expires soon"). `right` says what is so if nothing is wrong, and stands behind "could not
  // check whether", too.
  std::string_view title;
  std::string_view right;
  std::string_view check;        // sentences: how it is checked, and what that cannot see
  std::string_view consequence;  // a clause
  // Lines, parted by \n. A line that begins with two blanks is a command, or text for a file: it is never wrapped.
  // Other lines are instructions in the imperative, which begin in lower case.
  std::string_view fix;
  DoctorPage page;             // the statement that it checks; empty where it is this program's own
  bool only_attested = false;  // nothing can be read that would decide it: a person attests it
};

/// The vendor's pages, for the rows.
inline constexpr DoctorPage ha_page = {
    "Configure a Highly Available Ops Manager Application",
    "https://www.mongodb.com/docs/ops-manager/current/tutorial/configure-application-high-availability/"};
inline constexpr DoctorPage backup_ha_page = {
    "Configure a Highly Available Ops Manager Backup Service",
    "https://www.mongodb.com/docs/ops-manager/current/tutorial/configure-backup-high-availability/"};
inline constexpr DoctorPage backing_page = {
    "Install the Ops Manager Application Database and Backup Database",
    "https://www.mongodb.com/docs/ops-manager/current/tutorial/prepare-backing-mongodb-instances/"};

}  // namespace agent
