#include "provision/document_lint.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "model/emergency.hpp"
#include "model/not_built.hpp"
#include "provision/document_messages.hpp"
#include "provision/schema_messages.hpp"
#include "provision/spoken_words.hpp"
#include "provision/text_file.hpp"
#include "twiml/outline.hpp"
#include "twiml/voices.hpp"

namespace skyn3t::provision {
namespace {

using twiml::Element;

// "EH0a1" of ".../twiml/EH0a1?x=1", "routing" of "routing.xml".
std::string stem_of(std::string_view url_or_file) {
    const auto path = url_or_file.substr(0, url_or_file.find_first_of("?#"));
    return std::filesystem::path(path).stem().string();
}

bool sounds_like_routing(const std::string& file) {
    const std::string name = lower(stem_of(file));
    return name == "route" || name.find("routing") != std::string::npos ||
           name.ends_with("_route") || name.ends_with("-route");
}

bool is_heard(const Element& verb) { return verb.name == "Say" || verb.name == "Play"; }
bool is_prompt(const Element& verb) { return is_heard(verb) || verb.name == "Pause"; }

bool has_action(const Element& verb) {
    const std::string* action = verb.find("action");
    return action && !action->empty();
}

// Verbs after which the rest of the document is dropped.
bool never_returns(const Element& verb) {
    static const std::set<std::string> kEnds{"Hangup", "Redirect", "Reject", "Leave", "Record"};
    return kEnds.contains(verb.name) ||
           ((verb.name == "Dial" || verb.name == "Enqueue") && has_action(verb));
}

// "skyn3t.sip.twilio.com" of "skyn3t.sip.sao-paulo.twilio.com"; nothing without an edge.
std::optional<std::string> without_edge(const std::string& host) {
    const auto sip = host.find(".sip.");
    if (sip == std::string::npos || !host.ends_with(".twilio.com")) return std::nullopt;
    const auto rest = host.substr(sip + 5);
    if (rest == "twilio.com") return std::nullopt;
    return host.substr(0, sip) + ".sip.twilio.com";
}

class DocumentLint {
  public:
    DocumentLint(const DocumentFile& document, const Element& response)
        : document_(document), response_(response) {}

    std::vector<Finding> run(bool gets_the_key) {
        for (const auto& fault : twiml::check_schema(response_)) {
            judged_.insert({fault.line, fault.code});
            findings_.push_back(finding_of(fault, where(fault.line, fault.column)));
            findings_.back().code = fault.code;
        }
        const auto& verbs = response_.children;
        for (std::size_t i = 0; i < verbs.size(); ++i) check_verb(i);
        if (gets_the_key) check_route();
        check_unreachable();
        check_emergency(response_);
        check_dialled_numbers(response_);
        check_speech(response_);
        check_addresses(response_);
        check_what_runs_here();
        return std::move(findings_);
    }

  private:
    Where where(unsigned line, unsigned column) const {
        return {document_.file, static_cast<int>(line), static_cast<int>(column), {}};
    }
    template <class... Args>
    void add(const Message& message, const Element& element, const Args&... args) {
        findings_.push_back(make_finding(message, where(element.line, element.column), args...));
    }

    void check_verb(std::size_t i) {
        const auto& verbs = response_.children;
        const Element& verb = verbs[i];
        const Element* next = i + 1 < verbs.size() ? &verbs[i + 1] : nullptr;
        if (verb.name == "Gather") {
            check_gather(i, next);
        } else if (verb.name == "Dial" && !has_action(verb)) {
            if (next && is_heard(*next))
                add(messages::kSayAfterDial, *next);
            else
                add(messages::kDialWithoutAction, verb);
        } else if (verb.name == "Reject" && i > 0) {
            add(messages::kRejectNotFirst, verb);
        }
    }

    void check_gather(std::size_t i, const Element* next) {
        const auto& verbs = response_.children;
        const Element& gather = verbs[i];
        if (std::none_of(gather.children.begin(), gather.children.end(), is_heard))
            for (std::size_t j = i; j > 0 && is_prompt(verbs[j - 1]); --j)
                if (is_heard(verbs[j - 1])) {
                    add(messages::kSayBeforeGather, verbs[j - 1], verbs[j - 1].name);
                    break;
                }
        if (!has_action(gather)) add(messages::kGatherWithoutAction, gather);
        const std::string* on_empty = gather.find("actionOnEmptyResult");
        if (!next && !(on_empty && iequals(*on_empty, "true")))
            add(messages::kSilenceAfterGather, gather);
    }

    // A text of XML alone cannot choose by the key; a TwiML Bin's {{Digits}} can.
    void check_route() {
        if (document_.xml.find("Digits") != std::string::npos) return;
        for (const Element& verb : response_.children) {
            if (verb.name == "Gather") return;
            if (verb.name != "Dial") continue;
            const std::string whom = verb.whole_text();
            return add(messages::kRouteIgnoresDigits, verb, shown(whom));
        }
    }

    void check_unreachable() {
        const auto& verbs = response_.children;
        const auto end = std::find_if(verbs.begin(), verbs.end(), never_returns);
        if (end != verbs.end() && end + 1 != verbs.end())
            add(messages::kUnreachable, *(end + 1), shown((end + 1)->name), end->name);
    }

    void check_emergency(const Element& element) {
        static const auto kEmergency = model::EmergencyNumbers::chile();
        for (const Element& child : element.children) check_emergency(child);
        const bool dials = element.name == "Number" || element.name == "Sip" ||
                           (element.name == "Dial" && element.children.empty());
        if (dials && kEmergency.classify(element.text))
            add(messages::kDialsEmergency, element, shown(element.text));
    }

    // The rule of model/dialling.hpp, as far as a text can tell.
    void check_dialled_numbers(const Element& element) {
        for (const Element& child : element.children) check_dialled_numbers(child);
        if (element.name == "Dial") return check_shown_number(element);
        if (element.name == "Number") check_destination(element);
    }
    void check_destination(const Element& element) {
        const auto number = model::PhoneNumber::parse_e164(element.text);
        if (!number) return;
        const auto kind = model::destination_of(*number);
        if (!document_.may_dial.allows(kind))
            add(messages::kMayNotDial, element, number->str(), to_string(kind),
                kind == model::Destination::premium ? 13225 : 13227);
    }
    void check_shown_number(const Element& dial) {
        const auto& nouns = dial.children;
        const bool has_number = std::any_of(
            nouns.begin(), nouns.end(), [](const Element& noun) { return noun.name == "Number"; });
        if (nouns.empty()) check_destination(dial);
        const std::string* shown_number = dial.find("callerId");
        if (!shown_number || shown_number->empty() || document_.number.empty()) return;
        const bool is_variable = shown_number->find("{{") != std::string::npos;
        if ((has_number || nouns.empty()) && !is_variable && *shown_number != document_.number)
            add(messages::kForeignCallerId, dial, shown(*shown_number), document_.number);
    }

    void check_speech(const Element& element) {
        for (const Element& child : element.children) check_speech(child);
        const std::string* voice = element.find("voice");
        const std::string* language = element.find("language");
        if (element.name != "Say") return;
        const auto traits = voice ? twiml::find_voice(*voice) : std::nullopt;
        const std::string its_own = traits ? traits->language : std::string();
        const std::string tag = language ? *language : its_own.empty() ? "en-US" : its_own;
        const bool has_variable = element.text.find("{{") != std::string::npos;
        if (element.children.empty() && !has_variable && is_spoken_otherwise(element.text, tag))
            add(messages::kSpokenSay, element, spoken_words(element.text, tag));
        if (language && !its_own.empty() && !iequals(its_own, *language))
            add(messages::kVoiceLanguage, element, shown(*voice), its_own, shown(*language));
    }

    // What Twilio asks of the address of a phone at one of its own domains.
    void check_addresses(const Element& element) {
        for (const Element& child : element.children) check_addresses(child);
        if (element.name != "Sip" || element.text.find("{{") != std::string::npos) return;
        const auto colon = element.text.find(':');
        if (colon == std::string::npos) return;
        const auto at = element.text.find('@');
        const auto begin = at == std::string::npos ? colon + 1 : at + 1;
        const auto end = element.text.find_first_of(":;?", begin);
        const std::string host = lower(element.text.substr(begin, end - begin));
        if (const auto plain = without_edge(host))
            add(messages::kSipEdge, element, shown(element.text), *plain);
        else if (at == std::string::npos && host.ends_with(".sip.twilio.com"))
            add(messages::kSipNoUser, element, shown(element.text), host);
    }

    // What this server's own parser says beyond Twilio's rules.
    void check_what_runs_here() {
        const auto parsed = twiml::parse_document(document_.xml);
        if (!parsed) return;
        // The parser takes a bin's variables for text.
        const bool has_variables = document_.xml.find("{{") != std::string::npos;
        for (const auto& warning : parsed->warnings) {
            const bool is_not_built = warning.code == model::kNotBuiltCode;
            if (!is_not_built && (has_variables || judged_.contains({warning.line, warning.code})))
                continue;
            if (const auto words = model::explain_warning(warning.code, warning.detail))
                findings_.push_back(make_finding(messages::kNotHere, where(warning.line, 1),
                                                 words->es, words->en, warning.detail));
        }
    }

    const DocumentFile& document_;
    const Element& response_;
    std::vector<Finding> findings_;
    std::set<std::pair<unsigned, int>> judged_;  // line and Twilio's number
};

// Where the Gathers of a document send their keys.
void find_actions(const Element& element, std::set<std::string>& stems) {
    for (const Element& child : element.children) find_actions(child, stems);
    if (element.name == "Gather" && has_action(element))
        stems.insert(stem_of(*element.find("action")));
}

Finding broken(const DocumentFile& document, const twiml::Finding& fault) {
    const Where where{document.file, static_cast<int>(fault.line), fault.line > 0 ? 1 : 0, {}};
    Finding finding = fault.code == 11750   ? make_finding(messages::kLargeDocument, where)
                      : fault.code == 12102 ? make_finding(messages::kNotResponse, where)
                                            : make_finding(messages::kNotXml, where, fault.detail);
    finding.code = fault.code;
    return finding;
}

}  // namespace

Finding template_finding(const DocumentFile& document, const twiml::Finding& fault) {
    const Where where{document.file, static_cast<int>(fault.line), 1, {}};
    Finding finding = make_finding(messages::kNotVariable, where, fault.detail);
    finding.code = fault.code;
    return finding;
}

std::vector<Finding> lint_documents(const std::vector<DocumentFile>& documents) {
    std::vector<tl::expected<Element, twiml::Finding>> outlines;
    std::set<std::string> routes;
    for (const DocumentFile& each : documents) {
        outlines.push_back(twiml::parse_outline(each.xml));
        if (outlines.back()) find_actions(*outlines.back(), routes);
    }
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (!outlines[i]) {
            findings.push_back(broken(documents[i], outlines[i].error()));
            continue;
        }
        const bool gets_the_key =
            sounds_like_routing(documents[i].file) || routes.contains(stem_of(documents[i].file));
        auto its = DocumentLint(documents[i], *outlines[i]).run(gets_the_key);
        std::stable_sort(its.begin(), its.end(), [](const Finding& a, const Finding& b) {
            return std::pair(a.where.line, a.where.column) <
                   std::pair(b.where.line, b.where.column);
        });
        std::move(its.begin(), its.end(), std::back_inserter(findings));
    }
    return findings;
}

std::vector<Finding> lint_document_files(const std::vector<std::string>& files) {
    std::vector<Finding> findings;
    std::vector<DocumentFile> documents;
    for (const std::string& file : files) {
        if (auto xml = read_text_file(file, twiml::kMaxDocumentBytes))
            documents.push_back({file, std::move(*xml)});
        else
            findings.push_back(
                make_finding(messages::kUnreadable, Where{file, 0, 0, {}}, xml.error().detail));
    }
    for (Finding& each : lint_documents(documents)) findings.push_back(std::move(each));
    return findings;
}

}  // namespace skyn3t::provision
