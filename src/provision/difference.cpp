#include "provision/difference.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::provision {
namespace {

constexpr const char* kHiddenValue = "***";

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The steps of one community, in order.
class StepDiffer {
  public:
    StepDiffer(const Wanted& wanted, const Actual& actual, const TargetSettings& target,
               const Memory& memory)
        : wanted_(wanted), actual_(actual), target_(target), memory_(memory) {}

    std::vector<Step> steps() {
        if (wanted_.desired) {
            const Desired& desired = *wanted_.desired;
            compare_domain(desired.domain);
            compare_list(desired);
            for (const auto& credential : desired.credentials) compare_credential(credential);
            compare_mappings(desired);
            compare_number(desired.number);
        }
        for (const auto& number : actual_.old_numbers) remove_number(number);
        if (actual_.list) remove_old_credentials(*actual_.list);
        for (const auto& list : actual_.old_lists) remove_list(list);
        // Without a list, whoever removed it by hand.
        if (actual_.old_lists.empty()) remove_domain();
        return std::move(steps_);
    }

  private:
    void add(Step step) {
        describe(step, target_.domain);
        steps_.push_back(std::move(step));
    }

    void add_kept(Step step) {
        const auto time = wanted_.old_passwords_for;
        step.form = {{"PreviousValidFor", std::to_string(time.count())}};
        describe_kept(step, time);
        steps_.push_back(std::move(step));
    }

    // A property that is to have a value: shown as a change, and sent.
    static void set(Step& step, const char* field, const char* parameter, std::string_view from,
                    std::string_view to) {
        if (from == to) return;
        step.fields.push_back({field, std::string(from), std::string(to)});
        step.form.add(parameter, std::string(to));
    }

    void compare_list(const Desired& desired) {
        Step step{Verb::create, Subject::credential_list, desired.list};
        if (actual_.list) {
            step.verb = Verb::update;
            step.sid = actual_.list->list.sid;
            set(step, "friendly_name", "FriendlyName", actual_.list->list.friendly_name,
                desired.list);
            if (step.fields.empty()) return;
        }
        add(std::move(step));
    }

    const twilio::Credential* find(const std::string& username) const {
        if (!actual_.list) return nullptr;
        for (const auto& each : actual_.list->credentials)
            if (each.username == username) return &each;
        return nullptr;
    }

    void compare_credential(const DesiredCredential& desired) {
        Step step{Verb::create, Subject::credential, desired.username};
        step.password = desired.password;
        if (const auto* there = find(desired.username)) {
            if (memory_.has_password(*there, desired.password)) return;
            step.verb = Verb::update;
            step.sid = there->sid;
            step.fields.push_back({"password", kHiddenValue, kHiddenValue});
            if (wanted_.old_passwords_for > std::chrono::seconds(0) &&
                target_.keeps_old_passwords())
                return add_kept(std::move(step));
        }
        add(std::move(step));
    }

    void compare_domain(const DesiredDomain& desired) {
        const twilio::Domain there = actual_.domain.value_or(twilio::Domain{});
        Step step{actual_.domain ? Verb::update : Verb::create, Subject::domain, desired.name};
        step.sid = there.sid;
        if (!actual_.domain) step.form.add("DomainName", desired.name);
        set(step, "friendly_name", "FriendlyName", there.friendly_name, desired.friendly_name);
        set(step, "voice_url", "VoiceUrl", there.voice_url, desired.voice_url);
        set(step, "voice_method", "VoiceMethod", there.voice_method, "POST");
        // Without it REGISTER fails, whatever is mapped.
        set(step, "sip_registration", "SipRegistration", there.sip_registration ? "true" : "false",
            "true");
        if (!desired.status_callback.empty())
            set(step, "voice_status_callback_url", "VoiceStatusCallbackUrl", there.status_callback,
                desired.status_callback);
        if (!step.fields.empty()) add(std::move(step));
    }

    void compare_mappings(const Desired& desired) {
        if (!actual_.list || !actual_.list->for_calls)
            add({Verb::create, Subject::calls_mapping, desired.list});
        if (!actual_.list || !actual_.list->for_registrations)
            add({Verb::create, Subject::registrations_mapping, desired.list});
    }

    void compare_number(const DesiredNumber& desired) {
        const twilio::IncomingNumber there = actual_.number.value_or(twilio::IncomingNumber{});
        Step step{actual_.number ? Verb::update : Verb::create, Subject::number, desired.number};
        if (!actual_.number && !target_.may_create_numbers()) {
            if (!wanted_.needs_number) return;
            step.verb = Verb::blocked;
            return add(std::move(step));
        }
        step.sid = there.sid;
        set(step, "friendly_name", "FriendlyName", there.friendly_name, desired.friendly_name);
        set(step, "voice_url", "VoiceUrl", there.voice_url, desired.voice_url);
        set(step, "voice_method", "VoiceMethod", there.voice_method, "POST");
        // Either would be asked instead of the URL.
        set(step, "voice_application_sid", "VoiceApplicationSid", there.application, "");
        set(step, "trunk_sid", "TrunkSid", there.trunk, "");
        if (!desired.status_callback.empty())
            set(step, "status_callback", "StatusCallback", there.status_callback,
                desired.status_callback);
        if (!step.fields.empty()) add(std::move(step));
    }

    // A bought number is never given back by us: it only stops asking for our documents.
    void remove_number(const twilio::IncomingNumber& number) {
        Step step{Verb::remove, Subject::number, number.number};
        step.sid = number.sid;
        if (!target_.may_create_numbers()) {
            step.verb = Verb::update;
            const auto is_ours = [&](const std::string& url) {
                return url.starts_with(target_.documents + "/");
            };
            if (is_ours(number.voice_url)) set(step, "voice_url", "VoiceUrl", number.voice_url, "");
            if (is_ours(number.status_callback))
                set(step, "status_callback", "StatusCallback", number.status_callback, "");
            if (step.fields.empty()) return;
        }
        add(std::move(step));
    }

    bool is_desired(const std::string& username) const {
        if (!wanted_.desired) return false;
        const auto& credentials = wanted_.desired->credentials;
        return std::any_of(credentials.begin(), credentials.end(),
                           [&](const auto& each) { return each.username == username; });
    }

    void remove_old_credentials(const ActualList& list) {
        for (const auto& each : list.credentials) {
            if (is_desired(each.username) || !holds(wanted_.old.usernames, each.username)) continue;
            Step step{Verb::remove, Subject::credential, each.username};
            step.sid = each.sid;
            step.list = list.list.sid;
            add(std::move(step));
        }
    }

    void remove_mapping(const ActualList& list, Subject subject) {
        Step step{Verb::remove, subject, list.list.friendly_name};
        step.sid = list.list.sid;
        add(std::move(step));
    }

    // With a stranger's credential in it the list stays, mapped as it is.
    void remove_list(const ActualList& list) {
        const bool is_all_ours = list.is_all_of(wanted_.old);
        if (is_all_ours) {
            if (list.for_registrations) remove_mapping(list, Subject::registrations_mapping);
            if (list.for_calls) remove_mapping(list, Subject::calls_mapping);
            if (&list == &actual_.old_lists.back()) remove_domain();
        }
        remove_old_credentials(list);
        if (!is_all_ours) return;
        Step step{Verb::remove, Subject::credential_list, list.list.friendly_name};
        step.sid = list.list.sid;
        add(std::move(step));
    }

    void remove_domain() {
        if (wanted_.desired || !wanted_.is_last || !target_.may_remove_domain() || !actual_.domain)
            return;
        Step step{Verb::remove, Subject::domain, actual_.domain->name};
        step.sid = actual_.domain->sid;
        add(std::move(step));
    }

    const Wanted& wanted_;
    const Actual& actual_;
    const TargetSettings& target_;
    const Memory& memory_;
    std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> difference(const Wanted& wanted, const Actual& actual,
                             const TargetSettings& target, const Memory& memory) {
    return StepDiffer(wanted, actual, target, memory).steps();
}

std::vector<std::string> strangers(const Wanted& wanted, const Actual& actual) {
    std::vector<std::string> found;
    if (!wanted.desired || !actual.list) return found;
    for (const auto& each : actual.list->credentials) {
        const auto& ours = wanted.desired->credentials;
        const bool is_ours = holds(wanted.old.usernames, each.username) ||
                             std::any_of(ours.begin(), ours.end(), [&](const auto& other) {
                                 return other.username == each.username;
                             });
        if (!is_ours) found.push_back(each.username);
    }
    return found;
}

}  // namespace skyn3t::provision
