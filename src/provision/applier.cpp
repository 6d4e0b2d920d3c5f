#include "provision/applier.hpp"

#include "base/text.hpp"

namespace skyn3t::provision {
namespace {

using twilio::Answer;

tl::unexpected<twilio::Failure> passed_on(const twilio::Failure& failure) {
    return tl::unexpected<twilio::Failure>(failure);
}

template <class T>
Answer<void> done(const Answer<T>& answer) {
    if (!answer) return passed_on(answer.error());
    return {};
}

}  // namespace

Applier::Applier(twilio::Client& client, Memory& memory, const Actual& actual, std::string domain)
    : client_(client), memory_(memory), domain_name_(std::move(domain)) {
    if (actual.list) list_ = actual.list->list.sid;
    if (actual.domain) domain_ = actual.domain->sid;
}

Answer<void> Applier::carry_out(const Step& step) {
    if (step.verb == Verb::blocked) return passed_on({400, 0, step.en});
    switch (step.subject) {
        case Subject::credential_list:
            return list(step);
        case Subject::credential:
            return credential(step);
        case Subject::domain:
            return domain(step);
        case Subject::calls_mapping:
            return mapping(step, twilio::MappingPlace::calls);
        case Subject::registrations_mapping:
            return mapping(step, twilio::MappingPlace::registrations);
        case Subject::number:
            return number(step);
    }
    return passed_on({0, 0, "unknown step"});
}

Answer<void> Applier::list(const Step& step) {
    if (step.verb == Verb::remove) return client_.delete_credential_list(step.sid);
    const auto made = step.verb == Verb::create
                          ? client_.create_credential_list(step.name)
                          : client_.rename_credential_list(step.sid, step.name);
    if (made) list_ = made->sid;
    return done(made);
}

Answer<void> Applier::credential(const Step& step) {
    if (step.verb == Verb::remove) return client_.delete_credential(step.list, step.sid);
    const auto made =
        step.verb == Verb::create
            ? client_.create_credential(list_, step.name, step.password.reveal())
            : client_.update_credential(list_, step.sid, step.password.reveal(), step.form);
    if (!made) return passed_on(made.error());
    // Forgotten, it would be sent again by every apply, but nothing would be wrong.
    if (const auto noted = memory_.took_password(*made, step.password); !noted)
        return passed_on({0, 0, noted.error().detail});
    return {};
}

Answer<void> Applier::domain(const Step& step) {
    if (step.verb == Verb::remove) return client_.delete_domain(step.sid);
    const auto made = step.verb == Verb::create ? client_.create_domain(step.form)
                                                : client_.update_domain(step.sid, step.form);
    if (made) domain_ = made->sid;
    return done(made);
}

Answer<std::string> Applier::domain_sid() {
    if (!domain_.empty()) return domain_;
    const auto domains = client_.domains();
    if (!domains) return passed_on(domains.error());
    for (const auto& each : *domains)
        if (iequals(each.name, domain_name_)) domain_ = each.sid;
    if (domain_.empty()) return passed_on({404, 0, "there is no domain " + domain_name_});
    return domain_;
}

Answer<void> Applier::mapping(const Step& step, twilio::MappingPlace place) {
    const auto where = domain_sid();
    if (!where) return passed_on(where.error());
    if (step.verb == Verb::remove) return client_.unmap(*where, place, step.sid);
    return client_.map(*where, place, list_);
}

Answer<void> Applier::number(const Step& step) {
    if (step.verb == Verb::remove) return client_.delete_number(step.sid);
    return done(step.verb == Verb::create ? client_.create_number(step.name, step.form)
                                          : client_.update_number(step.sid, step.form));
}

}  // namespace skyn3t::provision
