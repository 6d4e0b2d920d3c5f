#include "twiml/interpreter.hpp"

#include <fmt/format.h>

#include <utility>

#include "twiml/document.hpp"
#include "twiml/url.hpp"

namespace skyn3t::twiml {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxDigits = 1000;      // of one Gather without numDigits
constexpr milliseconds kLeastMediaTime{100};  // of a document that is not "silent"
constexpr std::string_view kApology = "Lo sentimos, ocurrió un error en la aplicación. Adiós.";

using Request = tl::expected<FetchRequest, Finding>;

// What a verb leads to.
struct GoOn {};
struct Load {
    Request request;
};
struct Stop {
    Ended how;
};
using Step = std::variant<GoOn, Load, Stop>;

Step go_on() { return GoOn{}; }
Step load(Request request) { return Load{std::move(request)}; }
Step stop(Ended how) { return Stop{how}; }

struct Page {
    Document document;
    std::optional<AudioBody> audio;  // instead of a document
    std::optional<std::string> base;
};

// Errc::canceled, or why there is no page, by Twilio's number.
struct PageFailure {
    Errc errc = Errc::parse_error;
    Finding finding;
};
using PageResult = tl::expected<Page, PageFailure>;

tl::unexpected<PageFailure> no_page(Finding finding) {
    return tl::unexpected(PageFailure{Errc::parse_error, std::move(finding)});
}

template <class T>
bool is_over(const Result<T>& result) {
    return !result && result.error().code == Errc::canceled;
}

// Without anything to hear, a key to press or somebody to talk to.
bool only_waits(const Verb& verb) {
    return std::holds_alternative<Pause>(verb) || std::holds_alternative<Redirect>(verb) ||
           std::holds_alternative<Unsupported>(verb);
}

class Interpreter {
  public:
    Interpreter(CallControl& call, std::optional<DocumentAddress> fallback)
        : call_(call), fallback_(std::move(fallback)) {}

    Task<Ended> run(StartingPoint start);

  private:
    // Documents
    Task<PageResult> first_page(const StartingPoint& start);
    Task<PageResult> load_page(const Request& wanted);
    Task<PageResult> fetch_page(const FetchRequest& request);
    Task<PageResult> fallback_page(const Finding& failure, const std::string& failed_url);
    Task<Ended> give_up(const PageFailure& failure);
    Task<Ended> finish(Ended how);
    Task<Step> execute(const Page& page);
    Task<Step> play_body(const AudioBody& body);
    void report(const std::vector<Finding>& warnings);
    void report(const Finding& warning);

    // Addresses
    tl::expected<std::string, Finding> resolve(std::string_view reference, int code_without_base);
    Request request_for(std::string_view reference, Method method, int code_without_base = 11100);
    std::optional<Play> resolved(const Play& play);
    Dial resolved(const Dial& dial);
    template <class Callback>
    void resolve_or_drop(std::optional<Callback>& callback);

    // Verbs
    Task<Step> perform(const Say& say);
    Task<Step> perform(const Play& play);
    Task<Step> perform(const Pause& pause);
    Task<Step> perform(const Gather& gather);
    Task<Step> perform(const Dial& dial);
    Task<Step> perform(const Redirect& redirect);
    Task<Step> perform(const Reject& reject);
    Task<Step> perform(const Hangup& hangup);
    Task<Step> perform(const Unsupported& verb);

    struct Collected {
        std::string digits;
        bool by_finish_key = false;
    };
    Task<Result<std::optional<char>>> play_prompts(const Gather& gather);
    Task<Result<Collected>> collect(const Gather& gather, std::optional<char> first);
    Step gather_result(const Gather& gather, const Collected& collected);
    template <class T>
    Step after(const Result<T>& result);

    CallControl& call_;
    std::optional<DocumentAddress> fallback_;
    std::optional<std::string> base_;  // of the document being executed
    bool is_first_verb_ = true;        // of its document
    bool is_idle_ = true;              // its document has only paused so far
    unsigned silent_documents_ = 0, idle_documents_ = 0;
};

// ---- documents

Task<Ended> Interpreter::run(StartingPoint start) {
    PageResult page = co_await first_page(start);
    for (;;) {
        if (!page) co_return co_await give_up(page.error());
        const SteadyTime begun = call_.now();
        const Step step = co_await execute(*page);
        if (const auto* stopped = std::get_if<Stop>(&step)) co_return stopped->how;
        // Documents that lead on to each other without letting time pass are a loop.
        silent_documents_ = call_.now() - begun < kLeastMediaTime ? silent_documents_ + 1 : 0;
        // So are those that only pause: nobody would ever hear anything.
        idle_documents_ = is_idle_ ? idle_documents_ + 1 : 0;
        if (silent_documents_ >= kMaxSilentDocuments || idle_documents_ >= kMaxIdleDocuments) {
            PageFailure loop;
            loop.finding = {11215, "documents lead to each other without anything to hear", 0};
            report(loop.finding);
            co_return co_await give_up(loop);
        }
        page = co_await load_page(std::get<Load>(step).request);
    }
}

Task<PageResult> Interpreter::first_page(const StartingPoint& start) {
    if (const auto* address = std::get_if<DocumentAddress>(&start.document)) {
        const Request wanted = request_for(address->url, address->method);
        co_return co_await load_page(wanted);
    }
    const auto& given = std::get<InlineDocument>(start.document);
    auto document = parse_document(given.xml);
    if (!document) co_return co_await fallback_page(document.error(), {});
    Page page;
    page.document = std::move(*document);
    page.base = given.base_url;
    co_return page;
}

Task<PageResult> Interpreter::load_page(const Request& wanted) {
    if (!wanted) co_return co_await fallback_page(wanted.error(), {});
    PageResult page = co_await fetch_page(*wanted);
    if (page || page.error().errc == Errc::canceled) co_return page;
    co_return co_await fallback_page(page.error().finding, wanted->url);
}

Task<PageResult> Interpreter::fetch_page(const FetchRequest& request) {
    auto answer = co_await call_.fetch(request);
    if (!answer) {
        PageFailure failure;
        failure.errc = answer.error().errc;
        failure.finding = {answer.error().code, answer.error().detail, 0};
        co_return tl::unexpected(std::move(failure));
    }
    if (answer->status < 200 || answer->status > 299)
        co_return no_page({11200, fmt::format("HTTP {} from {}", answer->status, request.url), 0});
    Page page;
    page.base = answer->final_url.empty() ? request.url : answer->final_url;
    if (is_audio(answer->content_type)) {
        page.audio = AudioBody{std::move(answer->content_type), std::move(answer->body)};
        co_return page;
    }
    auto document = parse_answer(answer->content_type, answer->body);
    if (!document) co_return no_page(std::move(document.error()));
    page.document = std::move(*document);
    co_return page;
}

// twiml.md, 1.3: the call's fallback is asked once for each failure.
Task<PageResult> Interpreter::fallback_page(const Finding& failure, const std::string& failed_url) {
    Finding told = failure;
    if (!failed_url.empty() && told.detail.find(failed_url) == std::string::npos)
        told.detail += " in " + failed_url;
    report(told);
    if (!fallback_) co_return no_page(failure);
    Request wanted = request_for(fallback_->url, fallback_->method);
    if (!wanted) {
        report(wanted.error());
        co_return no_page(wanted.error());
    }
    wanted->parameters.push_back({"ErrorCode", std::to_string(failure.code)});
    wanted->parameters.push_back({"ErrorUrl", failed_url});
    wanted->parameters_after_redirect = wanted->parameters;
    PageResult page = co_await fetch_page(*wanted);
    if (!page && page.error().errc != Errc::canceled) report(page.error().finding);
    co_return page;
}

Task<Ended> Interpreter::give_up(const PageFailure& failure) {
    if (failure.errc == Errc::canceled) co_return Ended::call_over;
    const auto answered = co_await call_.answer();
    if (!answered) co_return Ended::call_over;
    Audio apology;
    apology.items.emplace_back(application_error_announcement());
    const auto played = co_await call_.play(apology, Interrupt::never);
    if (is_over(played)) co_return Ended::call_over;
    co_return Ended::by_error;  // the call's owner hangs up, and knows why
}

// The end of a document, and Hangup: an unanswered call is answered first (1.5).
Task<Ended> Interpreter::finish(Ended how) {
    const auto answered = co_await call_.answer();
    if (!answered) co_return Ended::call_over;
    call_.hang_up();
    co_return how;
}

Task<Step> Interpreter::execute(const Page& page) {
    base_ = page.base;
    report(page.document.warnings);
    if (page.audio) co_return co_await play_body(*page.audio);
    is_first_verb_ = is_idle_ = true;
    for (const Verb& verb : page.document.verbs) {
        is_idle_ = is_idle_ && only_waits(verb);
        Task<Step> task = std::visit([this](const auto& known) { return perform(known); }, verb);
        Step step = co_await std::move(task);
        if (!std::holds_alternative<GoOn>(step)) co_return step;
        is_first_verb_ = false;
    }
    const Ended ended = co_await finish(Ended::by_document);
    co_return stop(ended);
}

Task<Step> Interpreter::play_body(const AudioBody& body) {
    if (const auto answered = co_await call_.answer(); !answered) co_return stop(Ended::call_over);
    Audio audio;
    audio.items.emplace_back(body);
    const auto played = co_await call_.play(audio, Interrupt::never);
    if (is_over(played)) co_return stop(Ended::call_over);
    const Ended ended = co_await finish(Ended::by_document);
    co_return stop(ended);
}

void Interpreter::report(const std::vector<Finding>& warnings) {
    for (const Finding& warning : warnings) report(warning);
}

void Interpreter::report(const Finding& warning) {
    call_.warn(warning.code, warning.line == 0
                                 ? warning.detail
                                 : fmt::format("line {}: {}", warning.line, warning.detail));
}

// ---- addresses

tl::expected<std::string, Finding> Interpreter::resolve(std::string_view reference,
                                                        int code_without_base) {
    auto url = resolve_url(reference, base_);
    if (url) return std::move(*url);
    return tl::unexpected(Finding{base_ ? 11100 : code_without_base, url.error().detail, 0});
}

Request Interpreter::request_for(std::string_view reference, Method method, int code_without_base) {
    auto url = resolve(reference, code_without_base);
    if (!url) return tl::unexpected(std::move(url.error()));
    FetchRequest request;
    request.url = std::move(*url);
    request.method = method;
    request.parameters = standard_parameters(call_.info());
    request.parameters_after_redirect = request.parameters;
    return request;
}

std::optional<Play> Interpreter::resolved(const Play& play) {
    auto url = resolve(play.url, 11100);
    if (!url) {
        report(url.error());
        return std::nullopt;
    }
    Play absolute = play;
    absolute.url = std::move(*url);
    return absolute;
}

template <class Callback>
void Interpreter::resolve_or_drop(std::optional<Callback>& callback) {
    if (!callback) return;
    auto url = resolve(callback->url, 11100);
    if (url) {
        callback->url = std::move(*url);
    } else {
        report(url.error());
        callback.reset();
    }
}

Dial Interpreter::resolved(const Dial& dial) {
    Dial absolute = dial;
    if (dial.action) {
        auto url = resolve(*dial.action, 11100);
        absolute.action = url ? std::optional(std::move(*url)) : std::nullopt;
    }
    if (dial.refer_url) {
        auto url = resolve(*dial.refer_url, 11100);
        if (!url) report(url.error());
        absolute.refer_url = url ? std::optional(std::move(*url)) : std::nullopt;
    }
    for (Noun& noun : absolute.nouns) {
        if (auto* number = std::get_if<Number>(&noun)) {
            resolve_or_drop(number->screening);
            resolve_or_drop(number->status_callback);
        } else if (auto* sip = std::get_if<Sip>(&noun)) {
            resolve_or_drop(sip->screening);
            resolve_or_drop(sip->status_callback);
        }
    }
    return absolute;
}

// ---- verbs

// The next verb runs whatever became of this one, as long as the call lives.
template <class T>
Step Interpreter::after(const Result<T>& result) {
    if (is_over(result)) return stop(Ended::call_over);
    if (!result) report(Finding{12400, result.error().detail, 0});
    return go_on();
}

Task<Step> Interpreter::perform(const Say& say) {
    if (const auto answered = co_await call_.answer(); !answered) co_return stop(Ended::call_over);
    Audio audio;
    audio.items.emplace_back(say);
    const auto played = co_await call_.play(audio, Interrupt::never);
    co_return after(played);
}

Task<Step> Interpreter::perform(const Play& play) {
    if (const auto answered = co_await call_.answer(); !answered) co_return stop(Ended::call_over);
    if (!play.digits.empty()) {
        const auto sent = co_await call_.send_digits(play.digits);
        co_return after(sent);
    }
    auto absolute = resolved(play);
    if (!absolute) co_return go_on();
    Audio audio;
    audio.items.emplace_back(std::move(*absolute));
    const auto played = co_await call_.play(audio, Interrupt::never);
    co_return after(played);
}

// 1.5: a Pause does not answer; before the answer the caller hears ringing for that time.
Task<Step> Interpreter::perform(const Pause& pause) {
    const auto paused = co_await call_.pause(pause.length);
    co_return after(paused);
}

Task<Step> Interpreter::perform(const Gather& gather) {
    if (const auto answered = co_await call_.answer(); !answered) co_return stop(Ended::call_over);
    call_.discard_digits();  // section 5, rule 8: keys pressed before it are not its own
    std::optional<char> first;
    if (!gather.prompts.empty()) {
        const auto interrupted = co_await play_prompts(gather);
        if (is_over(interrupted)) co_return stop(Ended::call_over);
        if (interrupted) first = *interrupted;
    }
    if (!gather.dtmf) {  // speech only, which never matches
        const auto waited = co_await call_.pause(gather.timeout);
        if (is_over(waited)) co_return stop(Ended::call_over);
        const Collected nothing;
        co_return gather_result(gather, nothing);
    }
    const auto collected = co_await collect(gather, first);
    if (!collected) co_return after(collected);
    co_return gather_result(gather, *collected);
}

Task<Result<std::optional<char>>> Interpreter::play_prompts(const Gather& gather) {
    Audio audio;
    for (const Prompt& prompt : gather.prompts) {
        if (const auto* play = std::get_if<Play>(&prompt)) {
            if (auto absolute = resolved(*play)) audio.items.emplace_back(std::move(*absolute));
        } else if (const auto* say = std::get_if<Say>(&prompt)) {
            audio.items.emplace_back(*say);
        } else {
            audio.items.emplace_back(std::get<Pause>(prompt));
        }
    }
    const auto interrupt = gather.dtmf && gather.barge_in ? Interrupt::any_digit : Interrupt::never;
    co_return co_await call_.play(audio, interrupt);
}

// Section 5, rules 2 to 4: `first` interrupted the prompts; every key starts the timeout again.
Task<Result<Interpreter::Collected>> Interpreter::collect(const Gather& gather,
                                                          std::optional<char> first) {
    Collected collected;
    const std::size_t limit = gather.num_digits.value_or(kMaxDigits);
    std::optional<char> key = first;
    for (;;) {
        if (!key) {
            const auto next = co_await call_.next_digit(call_.now() + gather.timeout);
            if (!next && next.error().code != Errc::timeout) co_return tl::unexpected(next.error());
            if (!next) co_return collected;
            key = *next;
        }
        if (key == gather.finish_on_key) {
            collected.by_finish_key = true;
            co_return collected;
        }
        collected.digits += *key;
        if (collected.digits.size() >= limit) co_return collected;
        key.reset();
    }
}

// Section 5, rules 5 and 6. A timeout with actionOnEmptyResult sends no Digits, a finish key an
// empty one.
Step Interpreter::gather_result(const Gather& gather, const Collected& collected) {
    if (collected.digits.empty() && !gather.action_on_empty_result) return go_on();
    Request request = request_for(gather.action.value_or(""), gather.method, 15004);
    if (request && (!collected.digits.empty() || collected.by_finish_key))
        request->parameters.push_back({"Digits", collected.digits});
    return load(std::move(request));
}

Task<Step> Interpreter::perform(const Dial& dial) {
    if (!dial.answer_on_bridge || dial.joins_a_room()) {
        if (const auto answered = co_await call_.answer(); !answered)
            co_return stop(Ended::call_over);
    }
    const Dial absolute = resolved(dial);
    DialOutcome outcome;  // failed, if there is nobody to call
    if (!dial.nouns.empty()) {
        auto dialled = co_await call_.dial(absolute);
        if (is_over(dialled)) co_return stop(Ended::call_over);
        if (dialled)
            outcome = std::move(*dialled);
        else
            report(Finding{12400, dialled.error().detail, 0});
    }
    if (!dial.action) co_return go_on();
    if (auto request = dial_action_request(absolute, call_.info(), outcome))
        co_return load(std::move(*request));
    co_return load(request_for(*dial.action, dial.method));  // its address is bad: says why
}

Task<Step> Interpreter::perform(const Redirect& redirect) {
    co_return load(request_for(redirect.url, redirect.method));
}

Task<Step> Interpreter::perform(const Reject& reject) {
    if (!is_first_verb_ || call_.is_answered()) {
        report(Finding{12200, "<Reject> works only as the first verb of an unanswered call", 0});
        co_return go_on();
    }
    call_.reject(reject.reason);
    co_return stop(Ended::rejected);
}

Task<Step> Interpreter::perform(const Hangup&) {
    const Ended ended = co_await finish(Ended::by_hangup);
    co_return stop(ended);
}

Task<Step> Interpreter::perform(const Unsupported&) { co_return go_on(); }  // parsing has warned

}  // namespace

Task<Ended> run(CallControl& call, StartingPoint start) {
    Interpreter interpreter(call, start.fallback);
    co_return co_await interpreter.run(std::move(start));
}

Say application_error_announcement() {
    Say say;
    say.voice = "alice";
    say.language = "es-MX";
    say.segments.emplace_back(SpokenText{std::string(kApology), {}});
    return say;
}

}  // namespace skyn3t::twiml
