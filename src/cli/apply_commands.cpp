#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/provisioning.hpp"
#include "cli/purchases.hpp"
#include "provision/manifest.hpp"
#include "provision/windows_1252.hpp"
#include "provision/yaml_text.hpp"

namespace skyn3t::cli {
namespace {

using provision::yaml_text;

constexpr const char* kCommunities = "/v1/Communities";

struct Loaded {
    std::vector<std::string> yaml;  // of each file
    provision::Manifest manifest;
};

// The form of POST /v1/Communities for the manifests and the documents that they name.
http::Params manifest_form(const Session& session, const Loaded& loaded) {
    http::Params form;
    for (std::size_t i = 0; i < loaded.yaml.size(); ++i) {
        form.add("Manifest", loaded.yaml[i]);
        form.add("File", session.options.files[i]);
    }
    for (const auto& entry : loaded.manifest.communities)
        if (const auto& document = entry.community.main_document)
            form.add("Document." + document->file, document->xml);
    if (loaded.yaml.empty()) form.add("Declared", "true");
    if (session.options.prune) form.add("Prune", "true");
    if (session.options.destroy) form.add("Destroy", "true");
    form.add("Parallel", std::to_string(session.options.parallel));
    return form;
}

// What the operator is told of while prompts are rendered: a line that moves on a terminal, one
// plain line elsewhere.
class Working {
  public:
    explicit Working(const Session& session) : session_(session) {
        if (!session_.options.json)
            session_.environment.out << text() << (is_moving() ? "" : "\n") << std::flush;
    }
    ~Working() {
        if (!session_.options.json && is_moving())
            session_.environment.out << "\r\x1b[K" << std::flush;
    }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

    void tick() {
        if (session_.options.json || !is_moving()) return;
        session_.environment.out << '\r' << text() << std::string(++ticks_ % 4, '.') << "\x1b[K"
                                 << std::flush;
    }

  private:
    bool is_moving() const { return session_.environment.out_is_terminal; }
    std::string text() const {
        return session_.say("Aplicando y preparando los mensajes de voz",
                            "Applying and preparing the voice messages");
    }
    const Session& session_;
    std::size_t ticks_ = 0;
};

Exit carry_out(const Session& session, const std::string& path, http::Params form) {
    form.add("DryRun", "false");
    auto applied = [&] {
        Working working(session);
        return session.api.post(path, std::move(form), [&working] { working.tick(); });
    }();
    if (!applied) return print_refusal(session, applied.error());
    const std::string done = session.say("Aplicado.\n", "Applied.\n") +
                             numbers_to_write(list_of(*applied, "purchases"), session.style());
    return follow(session, std::move(*applied), done.c_str());
}

std::string whole_plan(const Session& session, const Json& planned) {
    return render_findings(list_of(planned, "findings"), session.style()) +
           render_purchases(list_of(planned, "purchases"), session.style()) +
           session.plan_text(list_of(planned, "changes")) +
           render_targets(list_of(planned, "targets"), session.style());
}

// A community that is made, or that gets one more role, takes nothing away.
bool only_adds(const Json& change) {
    const std::string action = text_of(change, "action");
    if (action != "update") return action != "remove";
    const Json& fields = list_of(change, "fields");
    return std::all_of(fields.begin(), fields.end(), [](const Json& field) {
        return text_of(field, "from").empty() && text_of(field, "field").starts_with("roles[");
    });
}

Change change_of(const Json& planned) {
    const Json& changes = list_of(planned, "changes");
    bool adds = std::all_of(changes.begin(), changes.end(), only_adds);
    for (const Json& target : list_of(planned, "targets"))
        for (const Json& step : list_of(target, "steps"))
            adds = adds && text_of(step, "action") == "create";
    return adds ? Change::adds : Change::changes;
}

}  // namespace

// Shows what a POST of `form` would do; when that is something and the operator agrees, does it.
Exit plan_and_apply(const Session& session, const std::string& path, http::Params form,
                    const char* question) {
    http::Params dry_run = form;
    dry_run.add("DryRun", "true");
    const auto planned = session.api.post(path, std::move(dry_run));
    if (!planned) return print_refusal(session, planned.error());
    const Json& purchases = list_of(*planned, "purchases");
    if (!session.options.json) session.environment.out << whole_plan(session, *planned);
    if (flag_of(*planned, "is_empty"))
        return session.print(
            *planned, session.say("No hay nada que cambiar.\n", "There is nothing to change.\n"));
    const auto price = price_of(purchases, session.style());
    if (price && !session.options.buy && !session.can_ask()) {
        session.environment.err << session.say(
            "Comprar un número cuesta dinero: para hacerlo, agregue --buy. No se cambió nada.\n",
            "Buying a number costs money: to do so, add --buy. Nothing was changed.\n");
        return Exit::failed;
    }
    const std::string asked =
        price && !session.options.buy
            ? fmt::format(fmt::runtime(session.say("¿Comprar {} y aplicar?", "Buy {} and apply?")),
                          *price)
            : std::string(question);
    if (const auto refused = session.refusal(asked, change_of(*planned))) return *refused;
    if (price) form.add("Buy", "true");
    return carry_out(session, path, std::move(form));
}

namespace {

provision::Manifest load_manifests(const std::vector<std::string>& files) {
    std::vector<provision::Manifest> manifests;
    for (const auto& file : files) manifests.push_back(provision::load_manifest(file));
    return provision::merged(std::move(manifests));
}

// Errors are printed; a bad file never reaches the server.
std::optional<Loaded> load(const Session& session) {
    Loaded loaded;
    loaded.manifest = load_manifests(session.options.files);
    if (!loaded.manifest.is_good()) {
        session.print_error({session.say("El archivo tiene errores; no se cambió nada.",
                                         "The file has errors; nothing was changed."),
                             0,
                             {{"findings", findings_json(loaded.manifest.findings)}}});
        return std::nullopt;
    }
    for (const auto& file : session.options.files) {
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in),
                               std::istreambuf_iterator<char>()};
        // The API takes UTF-8 only, so that the note of another encoding is ours to print.
        loaded.yaml.push_back(
            is_valid_utf8(text) ? text : provision::from_windows_1252(text).value_or(text));
    }
    auto notes = loaded.manifest.findings;
    std::erase_if(notes, [](const auto& each) { return each.rule != "windows-1252"; });
    if (!session.options.json)
        session.environment.out << render_findings(findings_json(notes), session.style());
    return loaded;
}

// "office:1:administración" as the manifest's flow mapping; nothing when it is not of that form.
std::optional<std::string> yaml_role(const std::string& text) {
    const auto first = text.find(':');
    const auto second = text.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) return std::nullopt;
    return fmt::format(
        "      - {{ role: {}, digit: {}, label: {} }}\n", yaml_text(text.substr(0, first)),
        yaml_text(text.substr(first + 1, second - first - 1)), yaml_text(text.substr(second + 1)));
}

std::optional<std::string> manifest_of(const Options::NewCommunity& add) {
    std::string yaml = fmt::format(
        "communities:\n  - code: {}\n    name: {}\n    number: {}\n    type: {}\n    roles:\n",
        yaml_text(add.code), yaml_text(add.name), yaml_text(add.number), yaml_text(add.type));
    const std::vector<std::string> usual{"office:1:oficina de administración",
                                         "security:2:conserjería"};
    for (const auto& role : add.roles.empty() ? usual : add.roles) {
        const auto line = yaml_role(role);
        if (!line) return std::nullopt;
        yaml += *line;
    }
    return yaml;
}

}  // namespace

std::optional<std::vector<std::string>> codes_in_files(const Session& session) {
    const auto loaded = load(session);
    if (!loaded) return std::nullopt;
    std::vector<std::string> codes;
    for (const auto& each : loaded->manifest.communities) codes.push_back(each.community.code);
    return codes;
}

Exit plan(const Session& session) {
    const auto loaded = load(session);
    if (!loaded) return Exit::failed;
    auto form = manifest_form(session, *loaded);
    form.add("DryRun", "true");
    const auto planned = session.api.post("/v1/Communities", std::move(form));
    if (!planned) return print_refusal(session, planned.error());
    const bool is_empty = flag_of(*planned, "is_empty");
    session.print(*planned, whole_plan(session, *planned) +
                                (is_empty ? session.say("No hay nada que cambiar.\n",
                                                        "There is nothing to change.\n")
                                          : ""));
    return is_empty ? Exit::done : Exit::not_empty;
}

Exit apply(const Session& session) {
    const auto loaded = load(session);
    if (!loaded) return Exit::failed;
    return plan_and_apply(session, kCommunities, manifest_form(session, *loaded),
                          session.say("¿Aplicar?", "Apply?"));
}

Exit community_add(const Session& session) {
    const auto& add = session.options.add;
    const auto yaml = manifest_of(add);
    if (!yaml) {
        session.environment.err << session.say(
            "--role debe ser ROL:TECLA:NOMBRE, como office:1:administración.\n",
            "--role should be ROLE:KEY:LABEL, such as office:1:administración.\n");
        return Exit::usage;
    }
    const auto existing = session.api.get("/v1/Communities/" + http::percent_encode(add.code));
    if (existing)
        return session.print_error(
            {fmt::format(
                 fmt::runtime(session.say("La comunidad {} ya existe. Para cambiarla, use apply.",
                                          "Community {} exists already. To change it, use apply.")),
                 add.code),
             409,
             {}});
    if (existing.error().status != 404) return session.print_error(existing.error());
    return plan_and_apply(session, kCommunities, {{"Manifest", *yaml}, {"File", "community add"}},
                          session.say("¿Aplicar?", "Apply?"));
}

}  // namespace skyn3t::cli
