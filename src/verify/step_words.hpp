#pragma once

#include <optional>
#include <string>

#include "call/leg.hpp"
#include "model/call_record.hpp"
#include "model/community.hpp"
#include "verify/checklist.hpp"

// Why a check failed and what to do about it, for operators. Spanish is what they read first.
namespace skyn3t::verify::words {

[[nodiscard]] Words of(model::EndReason reason);
[[nodiscard]] Words of(const model::CallRecord& record);  // why it ended, and the final response
[[nodiscard]] Words nothing_heard();

// ---- Configuration
[[nodiscard]] Words never_called();
[[nodiscard]] Words not_the_owner();
[[nodiscard]] Words bad_document(const std::string& name, unsigned line);
[[nodiscard]] Words no_credential(const std::string& user);
[[nodiscard]] Words not_registered(const std::string& users, Ring ring);
// Registered, and silent when asked. `absent` may be empty.
[[nodiscard]] Words does_not_answer(const std::string& silent, const std::string& absent,
                                    Ring ring);
// ---- The call
[[nodiscard]] Words no_probe_binding(const model::Role& role);
[[nodiscard]] Words no_call(const std::string& reason);
[[nodiscard]] Words not_answered(const std::optional<call::LegEnd>& end);
[[nodiscard]] Words own_document_advice(const std::string& file, const std::string& code);
[[nodiscard]] Words story_advice(const CallSid& call);
[[nodiscard]] Words greeting_unknown();
[[nodiscard]] Words cut_in_greeting(const Words& reason, const Words& advice);
[[nodiscard]] Words other_words(const Words& advice);
[[nodiscard]] Words same_as(const std::string& community);
[[nodiscard]] Words comparison_too_slow();
[[nodiscard]] Words no_prompt();
[[nodiscard]] Words cut_after_key(const model::Role& role, const Words& reason,
                                  const Words& advice);
[[nodiscard]] Words key_without_effect(const model::Role& role, const Words& advice);
[[nodiscard]] Words no_ring(const Words& reason);
[[nodiscard]] Words wrong_phone(const std::string& user);
[[nodiscard]] Words probe_cannot_take(const std::string& reason);
[[nodiscard]] Words nobody_answered(const Words& reason);
[[nodiscard]] Words no_audio();
[[nodiscard]] Words cut_while_talking(const Words& reason);
[[nodiscard]] Words other_side_stays();
[[nodiscard]] Words no_record();
[[nodiscard]] Words bad_record(const model::CallRecord& record);

}  // namespace skyn3t::verify::words
