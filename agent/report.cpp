#include "agent/report.h"

namespace agent {

KeyPart key_part(const keystore::Place& place, const keystore::Holding& holding) {
  KeyPart part{.file = place.key_file,
               .state = holding.state,
               .record = holding.record,
               .is_recorded = holding.is_recorded,
               .standing = holding.standing()};
  const auto weakness = holding.key ? keystore::weakness_of(*holding.key) : std::nullopt;
  if (weakness) part.weakness = std::string(keystore::describe(*weakness));
  return part;
}

std::string describe(const JudgedPeer& peer) {
  const PeerAnswer& answer = peer.answer;
  std::string text = answer.asked.text();
  if (!peer.name.empty()) text += " (" + peer.name + ")";
  text += ": " + std::string(name_of(answer.result));
  if (answer.result == PeerResult::disagree) {
    text += std::string(", ") + std::string(keystore::name_of(answer.standing)) + ", " +
            (peer.known ? "known" : "unknown") + " identity";
  }
  if (answer.result == PeerResult::agree) text += ", " + std::string(keystore::name_of(answer.standing));
  if (!answer.detail.empty()) text += " (" + answer.detail + ")";
  if (!peer.news.empty()) text += "; " + peer.news;
  return text;
}

}  // namespace agent
