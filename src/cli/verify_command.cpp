#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "cli/commands.hpp"
#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

bool is_settled(const std::string& status) {
    return status == "passed" || status == "failed" || status == "skipped";
}

// Prints each check once it is over, in the list's order although communities are verified side by
// side; on a terminal also the one that runs, on a line that the next one replaces.
class CheckProgress {
  public:
    explicit CheckProgress(const Session& session) : session_(session) {}

    void show(const Json& verification) {
        if (session_.options.json) return;
        std::string running;
        for (const Json& community : list_of(verification, "communities")) {
            running = show_community(community);
            if (!running.empty()) break;
        }
        if (session_.environment.out_is_terminal) session_.environment.out << kClearLine << running;
        session_.environment.out.flush();
    }

  private:
    static constexpr const char* kClearLine = "\r\x1b[K";

    // The check that is not over yet, if any.
    std::string show_community(const Json& community) {
        const std::string code = text_of(community, "code");
        for (const Json& check : list_of(community, "checks")) {
            if (!is_settled(text_of(check, "status"))) return render_check(check, session_.style());
            print_once(code, text_of(community, "name"), check);
        }
        return {};
    }

    void print_once(const std::string& code, const std::string& name, const Json& check) {
        if (!printed_.emplace(code + '/' + text_of(check, "id"), true).second) return;
        if (session_.environment.out_is_terminal) session_.environment.out << kClearLine;
        if (code != heading_)
            session_.environment.out << printable(code) << "  " << printable(name) << '\n';
        heading_ = code;
        session_.environment.out << render_check(check, session_.style()) << '\n';
    }

    const Session& session_;
    std::map<std::string, bool> printed_;
    std::string heading_;
};

// What the operator can do about a verification that did not begin.
Exit print_verify_refusal(const Session& session, const ApiError& error) {
    const char* text = nullptr;
    if (error.status == 429)
        text = session.say("Hay otra verificación en curso. Pruebe de nuevo cuando termine.",
                           "Another verification is running. Try again when it has ended.");
    else if (error.status == 501)
        text = session.say(
            "Este servidor no puede verificarse: sus llamadas de prueba van por UDP y sip.listen "
            "no "
            "tiene una dirección udp:. Agregue una en skyn3t.yaml, por ejemplo\n"
            "  sip: { listen: [\"tcp:0.0.0.0:5060\", \"udp:127.0.0.1:5060\"] }\n"
            "y reinicie el servidor.",
            "This server cannot verify itself: its test calls go over UDP, and sip.listen has no "
            "udp: address. Add one to skyn3t.yaml, for example\n"
            "  sip: { listen: [\"tcp:0.0.0.0:5060\", \"udp:127.0.0.1:5060\"] }\n"
            "and restart the server.");
    else if (error.status == 404 && session.options.codes.empty())
        text = session.say("Todavía no hay comunidades: skyn3t apply -f communities.yaml",
                           "There is no community yet: skyn3t apply -f communities.yaml");
    else if (error.status == 404)
        text = session.say("Una de esas comunidades no existe. Las que hay: skyn3t community list",
                           "One of these communities does not exist. To see those there are: "
                           "skyn3t community list");
    return session.print_error(text ? ApiError{text, error.status, error.body} : error);
}

}  // namespace

namespace {

// How many phones ring: those of these communities, or of all, that are registered.
ApiResult<std::size_t> phones_that_ring(const Session& session) {
    const auto all = session.api.get("/v1/Communities");
    if (!all) return tl::unexpected(all.error());
    const auto& codes = session.options.codes;
    std::size_t count = 0;
    for (const Json& community : list_of(*all, "communities")) {
        const bool is_meant = codes.empty() || std::find(codes.begin(), codes.end(),
                                                         text_of(community, "code")) != codes.end();
        for (const Json& phone : list_of(community, "roles"))
            count += is_meant && number_of(phone, "contacts") > 0 ? 1 : 0;
    }
    return count;
}

// Without a code every phone of every community rings: nobody does that by mistake.
std::optional<Exit> ring_refusal(const Session& session) {
    if (!session.options.ring || !session.options.codes.empty()) return std::nullopt;
    const auto count = phones_that_ring(session);
    if (!count) return session.print_error(count.error());
    if (*count == 0) return std::nullopt;
    const char* text = *count == 1
                           ? session.say("Va a sonar {} teléfono de verdad. ¿Seguir?",
                                         "{} real phone is going to ring. Go on?")
                           : session.say(
                                 "Van a sonar {} teléfonos de verdad, de todas las comunidades. "
                                 "¿Seguir?",
                                 "{} real phones of all communities are going to ring. Go on?");
    const std::string question = fmt::format(fmt::runtime(text), *count);
    if (!session.options.yes && !session.can_ask()) session.environment.err << question << '\n';
    return session.refusal(question);
}

}  // namespace

Exit verify(const Session& session) {
    if (const auto refused = ring_refusal(session)) return *refused;
    http::Params form;
    for (const auto& code : session.options.codes) form.add("CommunityCode", code);
    if (session.options.ring) form.add("Ring", "true");
    auto answer = session.api.post("/v1/Verifications", std::move(form));
    if (!answer) return print_verify_refusal(session, answer.error());

    CheckProgress progress(session);
    const std::string url = "/v1/Verifications/" + text_of(*answer, "sid");
    progress.show(*answer);
    while (text_of(*answer, "status") == "running") {
        std::this_thread::sleep_for(session.environment.poll);
        answer = session.api.get(url);
        if (!answer) return session.print_error(answer.error());
        progress.show(*answer);
    }
    const bool has_passed = text_of(*answer, "status") == "passed";
    const char* verdict =
        has_passed ? session.say("Todo funciona.", "Everything works.")
                   : session.say("Hay algo que no funciona.", "Something does not work.");
    const Colour colour = has_passed ? Colour::green : Colour::red;
    session.print(*answer, (session.style().has_colour ? painted(verdict, colour) : verdict) +
                               std::string("\n"));
    return has_passed ? Exit::done : Exit::failed;
}

}  // namespace skyn3t::cli
