#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "model/community.hpp"
#include "provision/spoken_words.hpp"
#include "rest/finding_json.hpp"
#include "rest/resource_kinds.hpp"
#include "rest/stored_document.hpp"
#include "twiml/bin_template.hpp"
#include "twiml/preview.hpp"

// Documents as people read and hear them, before any call: stored ones, a text that is not stored,
// and those that a community has by itself.
namespace skyn3t::rest {
namespace {

using provision::Lang;

// A document and what it is shown with.
struct Shown {
    Json sid = nullptr;
    std::string name;
    std::string community;  // the code; empty: the account's own
    std::string xml;        // variables filled in
    std::vector<std::string> variables{};
};

// By ?Lang, else by what the client reads; Spanish otherwise.
Lang lang_of(const http::Request& request) {
    auto wanted = request.query.find("Lang");
    if (!wanted) wanted = request.form.find("Lang");
    if (!wanted) wanted = request.headers.find("Accept-Language");
    return wanted && lower(*wanted).starts_with("en") ? Lang::en : Lang::es;
}

// What of the request is no value of a variable.
bool is_ours(std::string_view name) {
    return name == "Lang" || name == "Content" || name == "CommunityCode";
}

std::string fill(std::string_view content, const http::Request& request) {
    return twiml::fill_template(content, [&](std::string_view name) {
        if (is_ours(name)) return std::optional<std::string_view>();
        const auto value = request.query.find(name);
        return value ? value : request.form.find(name);
    });
}

Json lines_json(const std::vector<twiml::PreviewLine>& lines, Lang lang) {
    Json list = Json::array();
    for (const auto& line : lines)
        list.push_back({{"verb", line.verb},
                        {"indent", line.indent},
                        {"text", lang == Lang::en ? line.en : line.es}});
    return list;
}

std::string text_of(const std::vector<twiml::PreviewLine>& lines, Lang lang) {
    std::string text;
    for (const auto& line : lines)
        text +=
            fmt::format("{:{}}{}.\n", "", line.indent * 4, lang == Lang::en ? line.en : line.es);
    return text;
}

Checked<std::vector<twiml::PreviewLine>> lines_of(const std::string& xml) {
    const auto document = twiml::parse_document(xml);
    if (document)
        return twiml::preview_lines(
            *document, [](const twiml::Say& say) { return provision::other_words(say); });
    return refuse(20422, fmt::format("The document cannot be read, line {}: {}",
                                     document.error().line, document.error().detail));
}

Checked<http::Response> as_text(const Shown& shown, const http::Request& request) {
    const auto lines = lines_of(shown.xml);
    if (!lines) return tl::unexpected(lines.error());
    const auto found = check_document(shown.name, shown.xml);
    const Lang lang = lang_of(request);
    return json_response({{"sid", shown.sid},
                          {"community_code", text_or_null(shown.community)},
                          {"name", text_or_null(shown.name)},
                          {"language", lang == Lang::en ? "en" : "es"},
                          {"variables", shown.variables},
                          {"text", text_of(*lines, lang)},
                          {"lines", lines_json(*lines, lang)},
                          {"content", shown.xml},
                          {"warnings", to_json(found ? *found : found.error().findings)}});
}

// What a community answers calls with, beside what is stored.
struct OwnDocument {
    std::string name;  // "main", "route-1"
    std::string es, en;
    http::Params params{};  // of the request that gets it
};

std::vector<OwnDocument> documents_of(const model::Community& community) {
    std::vector<OwnDocument> documents{{"main", "El menú", "The menu"}};
    for (const model::Role& role : community.roles) {
        const std::string digit(1, role.digit);
        documents.push_back({"route-" + digit,
                             fmt::format("Tecla {}: {}", digit, role.label),
                             fmt::format("Key {}: {}", digit, role.label),
                             {{"Digits", digit}}});
    }
    documents.push_back({"route-invalid", "Otra tecla", "Another key", {{"Digits", "none"}}});
    documents.push_back(
        {"route-failed", "Nadie contestó", "Nobody answered", {{"DialCallStatus", "no-answer"}}});
    return documents;
}

class Previewer {
  public:
    explicit Previewer(SharedContext context) : context_(std::move(context)) {}

    Checked<Shown> stored(const http::Request& request) const {
        const auto document = find_visible(*context_, store::ResourceKind::document,
                                           request.path_value("Sid"), caller_of(request));
        if (!document) return tl::unexpected(document.error());
        const auto community = context_->community_by_sid(document->community);
        if (!community) return tl::unexpected(community.error());
        const std::string content = document->text("content");
        return Shown{document->sid, document->text("friendly_name"),
                     *community ? (*community)->code : std::string(), fill(content, request),
                     twiml::template_variables(content)};
    }

    Checked<Shown> given(const http::Request& request) const {
        const auto content = request.form.find("Content");
        if (!content) return refuse(20422, "Content is required");
        const Caller& caller = caller_of(request);
        std::string code = caller.community_code;
        if (const auto named = request.form.find("CommunityCode"); named && !named->empty()) {
            if (!caller.sees_code(*named)) return refuse(20404);
            const auto there = context_->community_by_code(*named);
            if (!there) return tl::unexpected(there.error());
            if (!*there) return refuse(20404);
            code = *named;
        }
        if (auto checked = check_document({}, std::string(*content)); !checked)
            return tl::unexpected(checked.error());
        return Shown{
            nullptr, {}, code, fill(*content, request), twiml::template_variables(*content)};
    }

    Checked<Shown> own(const http::Request& request) const {
        const auto community = find_community(request);
        if (!community) return tl::unexpected(community.error());
        for (const OwnDocument& document : documents_of(*community))
            if (document.name == request.path_value("Name")) return written(*community, document);
        return refuse(20404);
    }

    Checked<http::Response> list_own(const http::Request& request) const {
        const auto community = find_community(request);
        if (!community) return tl::unexpected(community.error());
        Json list = Json::array();
        for (const OwnDocument& document : documents_of(*community)) {
            auto entry = entry_of(*community, document, lang_of(request));
            if (!entry) return tl::unexpected(entry.error());
            list.push_back(std::move(*entry));
        }
        return json_response({{"community_code", community->code}, {"documents", std::move(list)}});
    }

    // On the HTTP thread until the first voice has to speak, then on a worker's.
    void as_audio(const Checked<Shown>& shown, const http::Request& request,
                  const http::Responder& responder) const {
        if (!shown) return responder.respond(refusal_response(shown.error(), request.path));
        context_->services().previews.render(
            {shown->xml, shown->community, shown->sid.is_null() || !shown->variables.empty()},
            [responder](Result<std::string> sound) {
                if (!sound) return responder.respond(error_response(sound.error()));
                http::Response response;
                response.content_type = "audio/wav";
                response.body = std::move(*sound);
                response.headers.add("Cache-Control", "no-store");
                responder.respond(std::move(response));
            });
    }

  private:
    Checked<model::Community> find_community(const http::Request& request) const {
        const std::string& code = request.path_value("Code");
        if (!caller_of(request).sees_code(code)) return refuse(20404);
        auto view = context_->services().communities.find(code);
        if (!view) return tl::unexpected(refusal_of(view.error()));
        if (!*view) return refuse(20404);
        return std::move((*view)->community);
    }

    Checked<Shown> written(const model::Community& community, const OwnDocument& document) const {
        Documents& documents = context_->services().documents.without_passwords();
        auto xml = document.name == "main" ? documents.main(community.code, document.params)
                                           : documents.route(community.code, document.params);
        if (!xml) return tl::unexpected(refusal_of(xml.error()));
        return Shown{nullptr, document.name, community.code, std::move(*xml)};
    }

    Checked<Json> entry_of(const model::Community& community, const OwnDocument& document,
                           Lang lang) const {
        const auto shown = written(community, document);
        if (!shown) return tl::unexpected(shown.error());
        const auto lines = lines_of(shown->xml);
        const std::string preview =
            fmt::format("/v1/Communities/{}/Documents/{}/Preview", community.code,
                        http::percent_encode(document.name));
        return Json{
            {"name", document.name},
            {"title_es", document.es},
            {"title_en", document.en},
            {"content", shown->xml},
            {"text", lines ? Json(text_of(*lines, lang)) : Json(nullptr)},
            {"links", {{"preview", preview + ".json"}, {"preview_audio", preview + ".wav"}}}};
    }

    SharedContext context_;
};

using Find = Checked<Shown> (Previewer::*)(const http::Request&) const;

void add_both(http::Router& router, const std::shared_ptr<const Previewer>& previewer,
              std::string_view method, const std::string& path, Find find) {
    router.add_sync(
        method, path + ".json",
        answering([previewer, find](const http::Request& request) -> Checked<http::Response> {
            const auto shown = ((*previewer).*find)(request);
            if (!shown) return tl::unexpected(shown.error());
            return as_text(*shown, request);
        }));
    router.add(method, path + ".wav",
               [previewer, find](const http::Request& request, const http::Responder& responder) {
                   previewer->as_audio(((*previewer).*find)(request), request, responder);
               });
}

}  // namespace

void add_document_previews(http::Router& router, const SharedContext& context) {
    const auto previewer = std::make_shared<const Previewer>(context);  // by its handlers
    add_both(router, previewer, "GET", "/v1/Documents/{Sid}/Preview", &Previewer::stored);
    add_both(router, previewer, "POST", "/v1/Documents/Preview", &Previewer::given);
    const std::string of_community = "/v1/Communities/{Code}/Documents";
    add_both(router, previewer, "GET", of_community + "/{Name}/Preview", &Previewer::own);
    router.add_sync("GET", of_community, answering([previewer](const http::Request& request) {
                        return previewer->list_own(request);
                    }));
}

}  // namespace skyn3t::rest
