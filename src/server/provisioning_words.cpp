#include "server/provisioning_words.hpp"

#include <fmt/format.h>

namespace skyn3t::server {
namespace {

constexpr const char* kGoOnEs = "Corríjalo y repita apply: seguirá donde quedó.";
constexpr const char* kGoOnEn = "Mend it and apply again: it goes on where it stopped.";

const char* name_of(model::Target target, const char* here) {
    return target == model::Target::twilio ? "Twilio" : here;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

}  // namespace

rest::Sentence explain(const twilio::Failure& failure, model::Target target) {
    const char* es = name_of(target, "este servidor");
    const char* en = name_of(target, "this server");
    if (failure.status == 0)
        return {fmt::format("{} no respondió ({}). Repita apply: seguirá donde quedó.", es,
                            failure.message),
                fmt::format("{} did not answer ({}). Apply again: it goes on where it stopped.", en,
                            failure.message)};
    if (failure.status == 401)
        return {
            fmt::format(
                "{} no aceptó las credenciales ({}): revise twilio.account_sid y el archivo "
                "de twilio.auth_token_file. {}",
                es, failure.code, kGoOnEs),
            fmt::format("{} did not accept the credentials ({}): check twilio.account_sid and the "
                        "file of twilio.auth_token_file. {}",
                        en, failure.code, kGoOnEn)};
    const std::string more =
        failure.code
            ? fmt::format(" (código {0}, https://www.twilio.com/docs/errors/{0})", failure.code)
            : std::string();
    return {fmt::format("{} respondió {}: {}{}. {}", es, failure.status, failure.message, more,
                        kGoOnEs),
            fmt::format("{} answered {}: {}{}. {}", en, failure.status, failure.message, more,
                        kGoOnEn)};
}

rest::Sentence explain(const twilio::Failure& failure, const rest::StepView& step,
                       model::Target target) {
    if (step.verb == provision::Verb::blocked) return step.text;
    const auto why = explain(failure, target);
    return {fmt::format("No se pudo {}. {}", step.text.es, why.es),
            fmt::format("Could not {}. {}", step.text.en, why.en)};
}

rest::Sentence not_begun() {
    return {"No se empezó: hubo una falla general. Repita apply: hará lo que falta.",
            "Not begun: there was a general failure. Apply again: it does what is left."};
}

rest::Sentence repeat_step(rest::Sentence why) {
    replace_all(why.es, "epita apply", "epita este paso");
    replace_all(why.es, "paso: seguirá donde quedó", "paso");
    replace_all(why.en, "apply again", "repeat this step");
    replace_all(why.en, "Apply again", "Repeat this step");
    replace_all(why.en, "step: it goes on where it stopped", "step");
    return why;
}

}  // namespace skyn3t::server
