// SPDX-License-Identifier: ISC
#include "agent/report/doctor_blocks.h"

#include <algorithm>

namespace agent {

bool waits_for_a_person(const DoctorFinding& finding) {
  return finding.result == DoctorResult::unknown && finding.needs == needs_attestation &&
         entry_for(finding.id).only_attested;
}

namespace {

bool belong_together(const DoctorFinding& left, const DoctorFinding& right) {
  if (left.result != right.result) return false;
  if (left.result != DoctorResult::unknown) return left.id == right.id && left.fix == right.fix;
  if (waits_for_a_person(left) || waits_for_a_person(right))
    return waits_for_a_person(left) && waits_for_a_person(right);
  return entry_for(left.id).group == entry_for(right.id).group && left.needs == right.needs;
}

template <class Text>
std::vector<std::string> distinct(const DoctorBlock& block, Text text) {
  std::vector<std::string> found;
  for (const DoctorFinding* finding : block.findings) {
    if (std::ranges::find(found, text(*finding)) == found.end()) found.emplace_back(text(*finding));
  }
  return found;
}

std::string objects_of(const DoctorBlock& block, std::size_t listed) {
  const auto objects = distinct(block, [](const DoctorFinding& finding) { return finding.object; });
  std::string text;
  for (std::size_t at = 0; at < std::min(objects.size(), listed); ++at) text += (at == 0 ? "" : ", ") + objects.at(at);
  if (objects.size() > listed) text += " and " + std::to_string(objects.size() - listed) + " more";
  return text;
}

}  // namespace

std::vector<DoctorBlock> blocks_of(const DoctorReport& report, bool all) {
  std::vector<DoctorBlock> blocks;
  for (const DoctorFinding& finding : report.findings) {
    if (finding.result == DoctorResult::ok && !all) continue;
    const auto block =
        std::ranges::find_if(blocks, [&](const DoctorBlock& each) { return belong_together(each.first(), finding); });
    if (block == blocks.end())
      blocks.push_back({{&finding}});
    else
      block->findings.push_back(&finding);
  }
  return blocks;
}

std::vector<std::string> ids_of(const DoctorBlock& block) {
  return distinct(block, [](const DoctorFinding& finding) { return std::string(finding.id); });
}

std::vector<std::string> reasons_of(const DoctorBlock& block) {
  return distinct(block, [](const DoctorFinding& finding) { return finding.reason; });
}

std::string headline_of(const DoctorBlock& block, std::size_t objects_listed) {
  const CatalogueEntry& entry = entry_for(block.first().id);
  if (waits_for_a_person(block.first()))
    return block.findings.size() == 1 ? "only a person can attest this:" : "only a person can attest these:";
  // A check may not know the object, for example which URL the load balancer has.
  const std::string objects = objects_of(block, objects_listed);
  const std::string about = objects.empty() ? "" : objects + ": ";
  if (block.first().result == DoctorResult::ok) return about + std::string(entry.right);
  if (block.first().result != DoctorResult::unknown) return about + std::string(entry.title);
  if (ids_of(block).size() > 1) return about + "could not be checked";
  const std::string unknown = what_is_unknown(entry);
  return about + (unknown == entry.title ? "" : "could not check ") + unknown;
}

std::string what_is_unknown(const CatalogueEntry& entry) {
  if (entry.results.size() == 1 && !entry.only_attested) return std::string(entry.title);
  return "whether " + std::string(entry.right);
}

}  // namespace agent
