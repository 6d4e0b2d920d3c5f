#include "call/screening.hpp"

#include <utility>

namespace skyn3t::call {

Screening::Screening(Services& services, DialingOwner& owner, Leg& leg,
                     const model::CallRecord& record, std::string community_code,
                     std::function<void(Verdict)> on_verdict)
    : services_(services),
      owner_(owner),
      record_(record),
      on_verdict_(std::move(on_verdict)),
      script_(services, static_cast<ScriptOwner&>(*this), leg, {record.sid, record.community},
              std::move(community_code)) {}

void Screening::start(const twiml::Screening& document, std::string digits) {
    script_.start({twiml::DocumentAddress{document.url, document.method}, std::nullopt},
                  std::move(digits));
}

// errors.md, 13201. Its action, if it has one, runs as after any Dial that failed.
Task<Result<twiml::DialOutcome>> Screening::dial_for_script(const twiml::Dial&) {
    owner_.warn(13201, "<Dial>", {});
    co_return twiml::DialOutcome{};
}

void Screening::tell_of_script(std::string kind, StoryDetail detail) {
    owner_.tell(record_.sid, std::move(kind), std::move(detail));
}

void Screening::warn_of_script(int twilio_code, std::string detail,
                               const twiml::DocumentAddress& document) {
    owner_.warn(twilio_code, std::move(detail), document);
}

void Screening::on_script_done(LegScript&, twiml::Ended how) {
    switch (how) {
        case twiml::Ended::by_document:
            return on_verdict_(Verdict::accepted);
        case twiml::Ended::by_hangup:
        case twiml::Ended::rejected:
            return on_verdict_(Verdict::declined);
        case twiml::Ended::by_error:
            return on_verdict_(Verdict::failed);
        case twiml::Ended::call_over:
            return on_verdict_(Verdict::none);
    }
}

}  // namespace skyn3t::call
