// SPDX-License-Identifier: ISC
// Facts of the files with settings: conf-mms.properties, mms.conf, and the MongoDB Agent's.
#pragma once

#include "agent/config/host.h"
#include "agent/doctor/fact_list.h"
#include "platform/ops_manager/listed_settings.h"

namespace agent {

/// Starts a shell for mms.conf.
void add_conf_facts(const Host& host, FactList& facts);

/// Of conf-mms.properties alone. Pure.
void add_setting_facts(const platform::ListedSettings& settings, FactList& facts);

}  // namespace agent
