#include "verify/community_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <utility>

#include "base/faults.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "sip/message.hpp"
#include "verify/step_words.hpp"

namespace skyn3t::verify {
namespace {

constexpr milliseconds kStep{10'000};
constexpr milliseconds kPickUp{32'000};  // the documents let a phone ring for 30 s
constexpr milliseconds kComparing{60'000};
constexpr milliseconds kClosing{3'000};
constexpr milliseconds kQuickAnswer{1'000};
// Heard before and after a prompt, beside the prompt itself.
constexpr milliseconds kAround{1'500};
// How much of the greeting a key is pressed into.
constexpr milliseconds kIntoGreeting{1'000};
// Neither a key's tones nor a ringback's, and no multiple of one another.
constexpr unsigned kCallerTone = 600;
constexpr unsigned kPhoneTone = 1310;

std::string id_of(std::string_view name, const model::Role& role) {
    return fmt::format("{}-{}", name, role.digit);
}

}  // namespace

CommunityCheck::CommunityCheck(const Equipment& equipment, asio::thread_pool& workers,
                               call::TenantPtr tenant, Ring ring, Checklist::Changed changed)
    : equipment_(equipment),
      workers_(workers),
      tenant_(std::move(tenant)),
      ring_(ring),
      token_(random_hex(16)),
      list_(checks_of(tenant_->community, ring), equipment.services.wheel.clock(),
            std::move(changed)),
      changed_(equipment.services.executor, equipment.services.wheel),
      self_(std::make_shared<CommunityCheck*>(this)) {}

CommunityCheck::~CommunityCheck() {
    equipment_.registrar.forget_probe(token_);
    for (const auto& role : community().roles) equipment_.prober.ignore(contact_user(role));
    if (caller_) equipment_.watch.unwatch(caller_->sip_call_id());
    equipment_.prober.release(phone_);
    equipment_.prober.release(caller_);
}

void CommunityCheck::start(std::function<void()> on_done) {
    on_done_ = std::move(on_done);
    asio::co_spawn(equipment_.services.executor, run(), [this](const std::exception_ptr& error) {
        if (!error) return finish();
        // A fault of ours ends this check, and not the server.
        count_fault();
        log::error("a fault of this program ends a verification community={}", community().code);
        ++equipment_.services.call_faults;
        finish();
    });
}

Task<void> CommunityCheck::run() {
    if (check_configuration())
        for (const auto& role : community().roles)
            if (is_reachable_) co_await check_role(role);
}

void CommunityCheck::finish() {
    list_.skip_waiting();
    equipment_.registrar.forget_probe(token_);
    for (const auto& role : community().roles) equipment_.prober.ignore(contact_user(role));
    on_done_();
}

// ---- One test call ----

Task<void> CommunityCheck::check_role(const model::Role& role) {
    if (co_await place_call(role)) {
        bool goes_on = !is_first(role) || co_await hear_greeting();
        goes_on = goes_on && co_await press_and_hear(role);
        if (goes_on && ring_ == Ring::real_phones) {
            if (co_await real_phone_answers(role)) co_await check_log(role);
        } else if (goes_on && co_await probe_rings(role)) {
            co_await talk(role);
            co_await hang_up(role);
            co_await check_log(role);
        }
        if (is_first(role)) co_await judge_greeting();
    }
    list_.skip_waiting(role.digit);
    co_await let_go();
}

Task<bool> CommunityCheck::place_call(const model::Role& role) {
    const std::string step = is_first(role) ? "answer" : id_of("announcement", role);
    // All phones are there in each call, so that the wrong one can ring.
    if (ring_ == Ring::probe)
        for (const auto& each : community().roles)
            if (!register_probe(each)) {
                list_.fail(step, words::no_probe_binding(each));
                co_return false;
            }
    std::vector<NamedSound> sounds;
    if (is_first(role)) sounds = co_await greetings();
    list_.begin(step);
    auto leg = equipment_.prober.call(*target_, community().code, changed_);
    if (!leg) {
        list_.fail(step, words::no_call(leg.error().detail));
        co_return false;
    }
    caller_ = std::move(*leg);
    record_ = &equipment_.watch.watch(caller_->sip_call_id(), changed_);
    if (ring_ == Ring::probe) equipment_.router.expect_probe(caller_->sip_call_id(), token_);
    greeting_sounds_ = std::move(sounds);
    // Before the answer, so that not a word is missed; anew when the answer took so long that the
    // capture would give up too early.
    const milliseconds listening = is_first(role) ? greeting_length() : kIntoGreeting;
    caller_->capture(listening);
    const SteadyTime called = equipment_.services.now();
    const Condition answered = [this] { return caller_->is_answered() || caller_->is_over(); };
    if (!co_await wait(answered, kStep) || caller_->is_over()) {
        list_.fail(step, words::not_answered(caller_->end()));
        is_reachable_ = false;
        co_return false;
    }
    if (equipment_.services.now() - called > kQuickAnswer) caller_->capture(listening);
    if (is_first(role)) list_.pass(step);
    co_return true;
}

milliseconds CommunityCheck::greeting_length() const {
    if (greeting_sounds_.empty()) return kIntoGreeting;
    return greeting_sounds_.front().prompt->duration() + kAround;
}

Task<bool> CommunityCheck::hear_greeting() {
    if (greeting_sounds_.empty()) {
        list_.skip("greeting", words::greeting_unknown());
        co_return true;
    }
    list_.begin("greeting");
    const Condition heard = [this] { return caller_->captured() || caller_->is_over(); };
    if (!co_await wait(heard, greeting_length() + kStep) || !caller_->captured()) {
        co_await wait_for_final_record();
        list_.fail("greeting", words::cut_in_greeting(why_call_ended(), document_advice()));
        co_return false;
    }
    // Compared while the call goes on: the caller has only 10 s for a key.
    greeting_ = work<std::vector<Likeness>>(
        [heard = *caller_->captured(), sounds = std::exchange(greeting_sounds_, {})] {
            return compare(heard, sounds);
        });
    co_return true;
}

Task<void> CommunityCheck::judge_greeting() {
    if (!greeting_) co_return;
    const auto job = std::exchange(greeting_, nullptr);
    const Condition compared = [job] { return job->is_done(); };
    if (!co_await wait(compared, kComparing)) {
        list_.fail("greeting", words::comparison_too_slow());
        co_return;
    }
    const auto& found = *job->value;
    const Likeness& own = found.front();
    const auto other =
        std::max_element(found.begin() + 1, found.end(), [](const Likeness& a, const Likeness& b) {
            return a.match.correlation < b.match.correlation;
        });
    std::string detail = fmt::format("r={:.2f}", own.match.correlation);
    if (other != found.end())
        detail += fmt::format(", {} r={:.2f}", other->community, other->match.correlation);
    if (own.match.correlation < kOwnPrompt)
        list_.fail("greeting", words::other_words(document_advice()), detail);
    else if (other != found.end() && other->match.correlation > kOtherPrompt)
        list_.fail("greeting", words::same_as(other->community), detail);
    else
        list_.pass("greeting", detail, own.match.offset);
}

Task<bool> CommunityCheck::press_and_hear(const model::Role& role) {
    const std::string step = id_of("announcement", role);
    const auto say = first_words(route_document(role));
    std::vector<NamedSound> sounds;
    if (say)
        if (auto sound = co_await sound_of(*say, community().code))
            sounds.push_back({community().code, std::move(sound)});
    if (sounds.empty()) {
        list_.fail(step, words::no_prompt());
        co_return false;
    }
    const Condition heard = [this] { return caller_->captured() || caller_->is_over(); };
    if (!is_first(role)) co_await wait(heard, kStep);  // the greeting's beginning
    list_.begin(step);
    const milliseconds length = sounds.front().prompt->duration() + kAround;
    caller_->capture(length);
    caller_->press(role.digit);
    pressed_ = equipment_.services.now();
    if (!co_await wait(heard, length + kStep) || !caller_->captured()) {
        co_await wait_for_final_record();
        list_.fail(step, words::cut_after_key(role, why_call_ended(), document_advice()));
        co_return false;
    }
    const auto job =
        work<std::vector<Likeness>>([samples = *caller_->captured(), sounds = std::move(sounds)] {
            return compare(samples, sounds);
        });
    const Condition compared = [job] { return job->is_done(); };
    if (!co_await wait(compared, kComparing)) {
        list_.fail(step, words::comparison_too_slow());
        co_return false;
    }
    const auto& match = job->value->front().match;
    const std::string detail = fmt::format("r={:.2f}", match.correlation);
    if (match.correlation < kOwnPrompt) {
        list_.fail(step, words::key_without_effect(role, document_advice()), detail);
        co_return false;
    }
    list_.pass(step, detail, match.offset);
    co_return true;
}

Task<bool> CommunityCheck::probe_rings(const model::Role& role) {
    const std::string step = id_of("ring", role);
    list_.begin(step);
    const Condition rings = [this] {
        return (phone_ && child() && child()->rang) || !phone_fault_.empty() ||
               caller_->is_over() || (child() && child()->is_final);
    };
    co_await wait(rings, kStep);
    if (phone_ && phone_role_ == role.role) {
        list_.pass(step, {}, ring_delay());
        co_return true;
    }
    if (phone_)
        list_.fail(step, words::wrong_phone(model::username(community().number, phone_role_)));
    else if (!phone_fault_.empty())
        list_.fail(step, words::probe_cannot_take(phone_fault_));
    else
        list_.fail(step, words::no_ring(why_not_connected()));
    co_return false;
}

Task<void> CommunityCheck::talk(const model::Role& role) {
    phone_->listen_for(kCallerTone);
    caller_->listen_for(kPhoneTone);
    phone_->answer();
    caller_->play_tone(kCallerTone);
    phone_->play_tone(kPhoneTone);
    const Condition to_phone = [this] { return phone_->has_heard(kCallerTone); };
    const Condition to_caller = [this] { return caller_->has_heard(kPhoneTone); };
    const std::string steps[] = {id_of("audio-to-phone", role), id_of("audio-to-caller", role)};
    list_.begin(steps[0]);
    const auto detail = [](unsigned hertz) { return fmt::format("{} Hz", hertz); };
    if (co_await wait(to_phone, kStep))
        list_.pass(steps[0], detail(kCallerTone));
    else
        list_.fail(steps[0], words::no_audio(), detail(kCallerTone));
    list_.begin(steps[1]);
    if (co_await wait(to_caller, kStep))
        list_.pass(steps[1], detail(kPhoneTone));
    else
        list_.fail(steps[1], words::no_audio(), detail(kPhoneTone));
}

Task<void> CommunityCheck::hang_up(const model::Role& role) {
    const std::string step = id_of("hang-up", role);
    list_.begin(step);
    ProbeLeg& first = is_first(role) ? *caller_ : *phone_;
    const ProbeLeg& other = is_first(role) ? *phone_ : *caller_;
    if (first.is_over()) {
        list_.fail(step, words::cut_while_talking(why_call_ended()));
        co_return;
    }
    first.hang_up();
    const Condition over = [&other] { return other.is_over(); };
    if (co_await wait(over, kStep))
        list_.pass(step);
    else
        list_.fail(step, words::other_side_stays());
}

Task<bool> CommunityCheck::real_phone_answers(const model::Role& role) {
    const std::string steps[] = {id_of("ring", role), id_of("pick-up", role)};
    const auto reached = [this](model::CallStatus status) {
        return child() && (child()->record.status == status ||
                           child()->record.status == model::CallStatus::in_progress);
    };
    const auto is_lost = [this] {
        return caller_->is_over() || (child() && child()->record.end_time);
    };
    list_.begin(steps[0]);
    const Condition rings = [&] { return reached(model::CallStatus::ringing) || is_lost(); };
    if (!co_await wait(rings, kStep) || is_lost()) {
        list_.fail(steps[0], words::no_ring(why_not_connected()));
        co_return false;
    }
    list_.pass(steps[0], {}, ring_delay());
    list_.begin(steps[1]);
    const Condition answered = [&] { return reached(model::CallStatus::in_progress) || is_lost(); };
    if (!co_await wait(answered, kPickUp) || is_lost()) {
        list_.fail(steps[1], words::nobody_answered(why_not_connected()));
        co_return false;
    }
    list_.pass(steps[1]);
    caller_->hang_up();
    co_return true;
}

Task<void> CommunityCheck::check_log(const model::Role& role) {
    const std::string step = id_of("log", role);
    list_.begin(step);
    if (!co_await wait_for_final_record()) {
        list_.fail(step, words::no_record());
        co_return;
    }
    const CallSid sid = record_->parent->record.sid;
    const auto job = work<std::vector<model::CallRecord>>(
        [&database = equipment_.database, &calls = equipment_.calls, sid] {
            database.flush();
            store::CallFilter children;
            children.parent = sid;
            auto records = calls.list_all(children).value_or(std::vector<model::CallRecord>());
            if (const auto parent = calls.find_any(sid); parent && *parent)
                records.insert(records.begin(), **parent);
            return records;
        });
    const Condition read = [job] { return job->is_done(); };
    if (!co_await wait(read, kStep) || job->value->size() < 2) {
        list_.fail(step, words::no_record(), sid.str());
        co_return;
    }
    const auto bad = std::find_if(job->value->begin(), job->value->end(), [](const auto& record) {
        return record.status != model::CallStatus::completed || record.error_code != 0;
    });
    if (bad == job->value->end())
        list_.pass(step, sid.str());
    else
        list_.fail(step, words::bad_record(*bad), sid.str());
}

Task<void> CommunityCheck::let_go() {
    for (auto* leg : {caller_.get(), phone_.get()})
        if (leg != nullptr && !leg->is_over()) leg->hang_up();
    if (caller_) {
        const Condition closed = [this] {
            return caller_->is_closed() && (!phone_ || phone_->is_closed());
        };
        co_await wait(closed, kClosing);
        equipment_.router.forget_probe(caller_->sip_call_id());
        equipment_.watch.unwatch(caller_->sip_call_id());
    }
    record_ = nullptr;
    equipment_.prober.release(phone_);
    equipment_.prober.release(caller_);
    phone_role_.clear();
    phone_fault_.clear();
}

// ---- The probe's phones ----

std::string CommunityCheck::contact_user(const model::Role& role) const {
    return token_ + "-" + role.role;
}

// As a phone does it, but for the network: who it is needs no password from ourselves.
bool CommunityCheck::register_probe(const model::Role& role) {
    const std::string user = model::username(community().number, role.role);
    const std::string& domain = equipment_.services.directory->sip_domain();
    const auto flow = equipment_.services.user_agent.open(sip::TransportKind::udp,
                                                          equipment_.prober.phone_address());
    if (!flow) return false;
    const std::string party = fmt::format("<sip:{}@{}>", user, domain);
    const std::string address = equipment_.prober.phone_address().str();
    auto message = sip::Message::parse(
        sip::MessageBuilder::request(sip::Method::register_, "sip:" + domain)
            .header(sip::HeaderId::via,
                    fmt::format("SIP/2.0/UDP {};branch=z9hG4bK{}", address, random_hex(8)))
            .header(sip::HeaderId::max_forwards, 70)
            .header(sip::HeaderId::from, party + ";tag=" + random_hex(4))
            .header(sip::HeaderId::to, party)
            .header(sip::HeaderId::call_id, token_ + "-" + role.role)
            .header(sip::HeaderId::cseq, fmt::format("{} REGISTER", ++register_cseq_))
            .header(sip::HeaderId::contact, fmt::format("<sip:{}@{}>", contact_user(role), address))
            .build());
    if (!message) return false;
    const sip::Source source{*flow, flow->remote, flow->transport, false};
    const sip::AddressOfRecord aor{community().sid, user, domain, role.role};
    equipment_.prober.listen(contact_user(role), [this, &role](sip::IncomingRequest request) {
        on_ringing(role, std::move(request));
    });
    return equipment_.registrar.process(*message, source, aor, token_).status == 200;
}

void CommunityCheck::on_ringing(const model::Role& role, sip::IncomingRequest request) {
    if (phone_ || !caller_) return request.respond(486);
    auto leg = equipment_.prober.take(std::move(request), community().code, changed_);
    if (leg) {
        phone_ = std::move(*leg);
        phone_role_ = role.role;
        phone_->ring();
    } else {
        phone_fault_ = leg.error().detail;
    }
    changed_.notify();
}

// ---- Waiting ----

Task<bool> CommunityCheck::wait(Condition condition, milliseconds limit) {
    const SteadyTime deadline = equipment_.services.now() + limit;
    while (!condition()) {
        if (equipment_.services.now() >= deadline) co_return false;
        co_await changed_.wait_until(deadline);
    }
    co_return true;
}

Task<bool> CommunityCheck::wait_for_final_record() {
    const Condition is_final = [this] { return record_->is_final(); };
    co_return co_await wait(is_final, caller_->is_over() ? kStep : milliseconds(0));
}

template <class Value>
std::shared_ptr<CommunityCheck::Job<Value>> CommunityCheck::work(std::function<Value()> work) {
    auto job = std::make_shared<Job<Value>>();  // shared with the worker
    asio::post(workers_, [job, work = std::move(work), self = std::weak_ptr<CommunityCheck*>(self_),
                          executor = equipment_.services.executor] {
        auto value = work();
        asio::post(executor, [job, self, value = std::move(value)]() mutable {
            job->value = std::move(value);
            if (const auto check = self.lock()) (*check)->changed_.notify();
        });
    });
    return job;
}

Task<media::PromptPtr> CommunityCheck::sound_of(const twiml::Say& say, std::string code) {
    if (auto ready = equipment_.services.prompts.find(say, code)) co_return ready;
    const auto job = std::make_shared<Job<media::PromptPtr>>();  // shared with the answer
    equipment_.services.prompts.render(
        say, code,
        [job, self = std::weak_ptr<CommunityCheck*>(self_)](Result<media::PromptPtr> sound) {
            job->value = sound.value_or(nullptr);
            if (const auto check = self.lock()) (*check)->changed_.notify();
        });
    const Condition rendered = [job] { return job->is_done(); };
    if (!co_await wait(rendered, kStep)) co_return nullptr;
    co_return *job->value;
}

// This community's first, then every other's. None when the operator's own document says nothing.
Task<std::vector<NamedSound>> CommunityCheck::greetings() {
    const auto directory = equipment_.services.directory;
    std::vector<NamedSound> sounds;
    std::vector<std::string> codes{community().code};
    for (const auto& tenant : directory->all())
        if (tenant->community.code != community().code) codes.push_back(tenant->community.code);
    for (const auto& code : codes) {
        const auto say = first_words(main_document(code));
        media::PromptPtr sound;
        if (say) sound = co_await sound_of(*say, code);
        if (sound)
            sounds.push_back({code, std::move(sound)});
        else if (sounds.empty())
            break;
    }
    co_return sounds;
}

// ---- Explanations ----

milliseconds CommunityCheck::ring_delay() const {
    if (!child() || !child()->rang) return milliseconds(0);
    return std::chrono::duration_cast<milliseconds>(*child()->rang - pressed_);
}

const WatchedCall::Leg* CommunityCheck::child() const {
    return record_ && !record_->children.empty() ? &record_->children.front() : nullptr;
}

Words CommunityCheck::why_call_ended() const {
    if (record_ && record_->parent && record_->parent->record.end_reason)
        return words::of(*record_->parent->record.end_reason);
    if (caller_ && caller_->end()) return words::of(caller_->end()->reason);
    return words::nothing_heard();
}

Words CommunityCheck::why_not_connected() const {
    if (child() && child()->record.end_reason) return words::of(child()->record);
    return why_call_ended();
}

Words CommunityCheck::document_advice() const {
    if (community().main_document)
        return words::own_document_advice(community().main_document->file, community().code);
    if (record_ && record_->parent) return words::story_advice(record_->parent->record.sid);
    return {};
}

}  // namespace skyn3t::verify
